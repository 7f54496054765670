import { join } from 'node:path';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { WorkflowId } from '@runtape/events';
import { expect, test } from 'vitest';
import { completed, newWorkflow, token } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Written {
  readonly log: EventLog;
  /** A second handle, as another process would have. */
  readonly other: EventLog;
  readonly workflowId: WorkflowId;
}

/** Provides a workflow with three entries, and a handle that has appended single events to it. */
async function withWritten(use: (written: Written) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  await using log = await openSqliteEventLog({ file });
  await using other = await openSqliteEventLog({ file });
  const { workflowId } = (await log.create(newWorkflow())).record;
  await log.begin(workflowId, { leaseMs: 60_000 });
  for (let after = 0; after < 3; after += 1) await appendToken(log, workflowId, after);
  await use({ log, other, workflowId });
}

const appendToken = (log: EventLog, workflowId: WorkflowId, after: number, attempt = 1) =>
  log.append(workflowId, { attempt, after, events: [token(`${after} `)] });

const tailOf = async (log: EventLog, workflowId: WorkflowId) => (await log.get(workflowId))?.tail;

test.for([2, 4, 40])(
  'F1: a single event after %i is refused when the log ends at 3',
  async (after) => {
    await withWritten(async ({ log, workflowId }) => {
      await expect(appendToken(log, workflowId, after)).rejects.toMatchObject({
        code: 'seq_conflict',
        tail: 3,
      });
      expect(await tailOf(log, workflowId)).toBe(3);
    });
  },
);

test.for([0, -1, 2])(
  'F5: attempt %i, which has not begun, appends no single event',
  async (attempt) => {
    await withWritten(async ({ log, workflowId }) => {
      await expect(appendToken(log, workflowId, 3, attempt)).rejects.toMatchObject({
        code: 'attempt_overtaken',
      });
      expect(await tailOf(log, workflowId)).toBe(3);
    });
  },
);

test('F5: an attempt that another process has overtaken appends no single event', async () => {
  await withWritten(async ({ log, other, workflowId }) => {
    await other.release(workflowId, { attempt: 1 });
    await other.begin(workflowId, { leaseMs: 60_000 });
    await expect(appendToken(log, workflowId, 3)).rejects.toMatchObject({
      code: 'attempt_overtaken',
    });
    await appendToken(other, workflowId, 3, 2);
    expect(await tailOf(log, workflowId)).toBe(4);
  });
});

test('F2: after a change of incarnation, single events are stored under the new one, and none under the old one', async () => {
  await withWritten(async ({ log, other, workflowId }) => {
    const before = (await log.get(workflowId))?.incarnation;
    await other.renew(workflowId, { attempt: 1, leaseMs: 60_000, newIncarnation: 'anew1234' });
    const events = [token('of another life')];
    const append = { attempt: 1, incarnation: before, after: 3, events };
    await expect(log.append(workflowId, append)).rejects.toMatchObject({
      code: 'attempt_overtaken',
    });
    await log.append(workflowId, { ...append, incarnation: 'anew1234' });
    await appendToken(log, workflowId, 4);
    const { entries } = await log.read(workflowId, { after: 3, limit: 10 });
    expect(entries.map(({ id }) => id)).toEqual(['anew1234-4', 'anew1234-5']);
  });
});

test('F1: a log that another process has closed accepts no single event', async () => {
  await withWritten(async ({ log, other, workflowId }) => {
    await other.append(workflowId, { attempt: 1, after: 3, events: [completed()] });
    await expect(appendToken(log, workflowId, 4)).rejects.toMatchObject({
      code: 'workflow_closed',
    });
  });
});

test('A13: a workflow that another process has removed accepts no single event, nor does the one that reused its row', async () => {
  await withWritten(async ({ log, other, workflowId }) => {
    await other.append(workflowId, { attempt: 1, after: 3, events: [completed()] });
    await other.expire({ endedBefore: Date.now() + 60_000, limit: 1 });
    await expect(appendToken(log, workflowId, 3)).rejects.toMatchObject({
      code: 'unknown_workflow',
    });
    const next = (await other.create(newWorkflow())).record.workflowId;
    await other.begin(next, { leaseMs: 60_000 });
    await expect(appendToken(log, workflowId, 0)).rejects.toMatchObject({
      code: 'unknown_workflow',
    });
    expect(await tailOf(log, next)).toBe(0);
  });
});

test('F1: single events and batches are stored in the order in which they were appended', async () => {
  await withWritten(async ({ log, workflowId }) => {
    const appended: Promise<unknown>[] = [];
    for (let after = 3; after < 900; after += 3) {
      appended.push(appendToken(log, workflowId, after));
      const events = [token(`${after + 1} `), token(`${after + 2} `)];
      appended.push(log.append(workflowId, { attempt: 1, after: after + 1, events }));
    }
    await Promise.all(appended);
    const { entries } = await log.read(workflowId, { after: 0, limit: 1_000 });
    expect(
      entries.map(({ event }) => (event.type === 'token' ? event.data.content : null)),
    ).toEqual(Array.from({ length: 900 }, (_, index) => `${index} `));
  });
});
