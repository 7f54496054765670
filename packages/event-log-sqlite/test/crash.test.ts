import { join } from 'node:path';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { WorkflowEvent } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { newWorkflow } from './fixtures/samples.ts';
import { Script } from './script.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROUNDS = 5;
const text = (event: WorkflowEvent) => (event.type === 'token' ? event.data.content : event.type);

test('F1: after kill -9 of its writer a log has every confirmed event, and none partially', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  const workflow = newWorkflow();
  const { workflowId } = workflow;
  {
    await using log = await openSqliteEventLog({ file });
    await log.create(workflow);
  }
  let confirmed = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await using writer = new Script('write-until-killed', [file, workflowId]);
    // The kill comes at an arbitrary moment during the following appends.
    const until = confirmed + 20 * round;
    while (confirmed < until) confirmed = Number(await writer.line());
    await writer.kill();

    await using log = await openSqliteEventLog({ file });
    const { entries, record } = await log.read(workflowId, { after: 0, limit: 1_000_000 });
    const appends = entries.length / 3;
    expect(appends).toBeGreaterThanOrEqual(confirmed);
    const numbers = Array.from({ length: appends }, (_, index) => index + 1);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.map(({ event }) => text(event))).toEqual(
      numbers.flatMap((number) => ['a', 'b', 'c'].map((part) => `${number} ${part}`)),
    );
    expect(record).toMatchObject({ tail: entries.length, attempt: round });
    expect(record.summary.stage).toBe(`${appends}`);
    expect(await log.steps(workflowId)).toEqual(new Map([['count', `${appends}`]]));
    confirmed = appends;
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(record.leaseUntil ?? 0));
  }
});
