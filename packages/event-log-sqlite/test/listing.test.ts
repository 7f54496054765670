import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { expect, test } from 'vitest';
import { watchEventLoop } from './event-loop.ts';
import { newWorkflow } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const COUNT = 30_000;
/** Far more than a slice, because machines may be busy. */
const MAX_BLOCKED_MS = 1_000;

test('K1: rare matches of a filter are searched range by range, and all of them are found', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  await using log = await openSqliteEventLog({ file });
  await log.create(newWorkflow());
  {
    using database = new DatabaseSync(file);
    const insert = database.prepare(`
      INSERT INTO workflows (workflow_id, definition, incarnation, status, attempt, created_at, ended_at, summary)
      VALUES (?, 'commentOnIssue', 'aaaaaaaa', ?, 0, ?, ?, '{"title":"A title","target":"sample:one"}')`);
    database.exec('BEGIN');
    for (let n = 1; n <= COUNT; n += 1) {
      const isRare = n % 10_000 === 1;
      const id = `wf_${String(n).padStart(16, '0')}`;
      insert.run(id, isRare ? 'failed' : 'paused', n, isRare ? n : null);
    }
    database.exec('COMMIT');
  }
  using loop = watchEventLoop();
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = await log.list({ limit: 2, before, status: ['failed'] });
    seen.push(...page.workflows.map(({ workflowId }) => workflowId));
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(seen).toEqual(['wf_0000000000020001', 'wf_0000000000010001', 'wf_0000000000000001']);
  expect((await log.list({ limit: 10, workflow: 'commentOnIssue', status: ['failed'] })).next).toBe(
    null,
  );
  // Paused workflows cost nothing when workers look for orphaned ones.
  expect((await log.orphaned({ limit: 200 })).workflows).toHaveLength(1);
  expect(loop.longestMs).toBeLessThan(MAX_BLOCKED_MS);
});
