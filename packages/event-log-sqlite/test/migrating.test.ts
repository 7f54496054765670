import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { expect, test } from 'vitest';
import { APPLICATION_ID, MIGRATIONS } from '../src/database/schema.ts';
import { newWorkflow, token } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const IDS = ['wf_00000000000000old1', 'wf_00000000000000old2', 'wf_00000000000000old3'] as const;

/**
 * Writes a store with the first version of the schema: three workflows, the first two in one
 * thread.
 */
function writeFirstVersion(file: string): void {
  using database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(MIGRATIONS[0] ?? '');
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec('PRAGMA user_version = 1');
  const insert = database.prepare(`
    INSERT INTO workflows
      (workflow_id, definition, incarnation, thread_id, status, attempt, created_at, summary, input)
    VALUES (?, 'commentOnIssue', 'aaaaaaaa', ?, 'running', 1, ?, ?, '{}')`);
  const summary = JSON.stringify({ title: 'A title', target: 'sample:one' });
  for (const [index, id] of IDS.entries()) {
    insert.run(id, index < 2 ? 'thread-1' : null, 1000 + index, summary);
    const entry = database.prepare('INSERT INTO entries (workflow, seq, event) VALUES (?, 1, ?)');
    entry.run(index + 1, JSON.stringify(token('old')));
  }
}

test('F8: a store of the previous version is read, written and listed like a new one', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  writeFirstVersion(file);
  await using log = await openSqliteEventLog({ file });
  const { workflows } = await log.list({ limit: 10 });
  expect(workflows.map(({ workflowId }) => workflowId)).toEqual(IDS.toReversed());
  expect(workflows).toMatchObject([{ owner: null, tail: 1 }, { owner: null }, { owner: null }]);
  const page = await log.thread('thread-1', { after: 0, limit: 10 });
  expect(page.members.map(({ record }) => record.workflowId)).toEqual(IDS.slice(0, 2));
  const workflow = { ...newWorkflow(), threadId: 'thread-1', owner: 'Ada' };
  await log.create(workflow);
  const late = await log.thread('thread-1', { after: page.lowWatermark, limit: 10 });
  expect(late.members.map(({ record }) => record.workflowId)).toEqual([workflow.workflowId]);
  expect((await log.list({ limit: 10, owner: 'Ada' })).workflows).toHaveLength(1);
});

test('F8: two processes that open a store of the previous version concurrently migrate it once', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  writeFirstVersion(file);
  const logs = await Promise.all([1, 2, 3].map(() => openSqliteEventLog({ file })));
  for (const log of logs) {
    expect((await log.list({ limit: 10 })).workflows).toHaveLength(3);
    await log.close();
  }
});
