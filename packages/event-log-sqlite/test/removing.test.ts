import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { WorkflowId } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { watchEventLoop } from './event-loop.ts';
import { completed, newWorkflow, token } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * Far more than a slice, because machines may be busy, and less than one removal of everything
 * takes.
 */
const MAX_BLOCKED_MS = 1_000;
const IN_A_YEAR = Date.now() + 365 * 24 * 60 * 60 * 1000;

async function ended(log: EventLog, entries: number): Promise<WorkflowId> {
  const { workflowId } = (await log.create(newWorkflow())).record;
  const { attempt } = await log.begin(workflowId, { leaseMs: 60_000 });
  const events = Array.from({ length: 5_000 }, () => token('some words of a text '));
  let after = 0;
  for (; after < entries; after += events.length) {
    await log.append(workflowId, { attempt, after, events });
  }
  await log.append(workflowId, { attempt, after, events: [completed()] });
  return workflowId;
}

function rowsOf(file: string): Record<string, unknown> {
  using database = new DatabaseSync(file, { readOnly: true });
  const tables = ['workflows', 'entries', 'steps', 'commands', 'inputs', 'removals'];
  const count = (table: string) =>
    database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'];
  return Object.fromEntries(tables.map((table) => [table, count(table)]));
}

const NOTHING = { workflows: 0, entries: 0, steps: 0, commands: 0, inputs: 0, removals: 0 };

describe('removing', () => {
  test('K1: a long log is removed in slices, and meanwhile every reader sees either all of it or nothing', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await using log = await openSqliteEventLog({ file });
    await using other = await openSqliteEventLog({ file });
    const workflowId = await ended(log, 200_000);
    using loop = watchEventLoop();
    const done = new AbortController();
    const removing = log.expire({ endedBefore: IN_A_YEAR, limit: 10 }).finally(() => done.abort());
    const seen: number[] = [];
    while (!done.signal.aborted) {
      const page = await other.read(workflowId, { after: 199_990, limit: 20 }).catch(() => null);
      seen.push(page?.entries.length ?? 0);
      await loop.turns(1);
    }
    expect(await removing).toEqual([workflowId]);
    // All 11 entries are visible, then none.
    const whole = seen.filter((count) => count === 11).length;
    expect(seen).toEqual([...Array(whole).fill(11), ...Array(seen.length - whole).fill(0)]);
    expect(seen.length).toBeGreaterThan(whole + 5);
    expect(loop.longestMs).toBeLessThan(MAX_BLOCKED_MS);
    expect(rowsOf(file)).toEqual(NOTHING);
  });

  test('K1: the row number of a workflow that is still being removed is not reused', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await using log = await openSqliteEventLog({ file });
    await ended(log, 5_000);
    {
      using dead = new DatabaseSync(file, { enableForeignKeyConstraints: false });
      dead.exec('INSERT INTO removals SELECT workflow FROM workflows; DELETE FROM workflows');
    }
    const { record } = await log.create(newWorkflow());
    expect(record.tail).toBe(0);
    expect((await log.read(record.workflowId, { after: 0, limit: 10 })).entries).toEqual([]);
    await log.expire({ endedBefore: IN_A_YEAR, limit: 10 });
    expect(await log.input(record.workflowId)).toBeNull();
    expect(rowsOf(file)).toEqual({ ...NOTHING, workflows: 1, inputs: 1 });
  });

  test('K1: two processes that remove concurrently remove each workflow once', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await using log = await openSqliteEventLog({ file });
    await using other = await openSqliteEventLog({ file });
    const ids = [];
    for (let count = 0; count < 120; count += 1) ids.push(await ended(log, 0));
    const removed = await Promise.all(
      [log, other].map((each) => each.expire({ endedBefore: IN_A_YEAR, limit: 200 })),
    );
    expect(removed.flat().toSorted()).toEqual(ids.toSorted());
    expect(rowsOf(file)).toEqual(NOTHING);
  });

  test('K1: a removal interrupted by the death of its process is completed by the next removal', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await using log = await openSqliteEventLog({ file });
    const workflowId = await ended(log, 5_000);
    {
      using dead = new DatabaseSync(file, { enableForeignKeyConstraints: false });
      dead.exec('INSERT INTO removals SELECT workflow FROM workflows; DELETE FROM workflows');
    }
    expect(await log.get(workflowId)).toBeNull();
    expect(rowsOf(file)).toMatchObject({ entries: 5_001, removals: 1 });
    expect(await log.expire({ endedBefore: IN_A_YEAR, limit: 1 })).toEqual([]);
    expect(rowsOf(file)).toEqual(NOTHING);
  });
});
