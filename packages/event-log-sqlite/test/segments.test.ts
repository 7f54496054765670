import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { newWorkflow, token } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TOKENS = 2_500;

interface Written {
  readonly log: EventLog;
  readonly database: DatabaseSync;
  readonly workflowId: WorkflowId;
}

/** Provides a long log whose history is stored merged, and its file. */
async function withStored(use: (written: Written) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  await using log = await openSqliteEventLog({ file });
  const { record } = await log.create(newWorkflow());
  const { workflowId } = record;
  await log.begin(workflowId, { leaseMs: 60_000 });
  for (let after = 0; after < TOKENS; after += 500) {
    const events = Array.from({ length: 500 }, (_, index) => token(`${after + index} `));
    await log.append(workflowId, { attempt: 1, after, events });
  }
  const database = new DatabaseSync(file);
  try {
    await untilStored(database, 2);
    await use({ log, database, workflowId: workflowIdSchema.parse(workflowId) });
  } finally {
    database.close();
  }
}

const rowsOf = (database: DatabaseSync) =>
  database.prepare('SELECT first, last, incarnation, text FROM segments ORDER BY last').all();

async function untilStored(database: DatabaseSync, count: number): Promise<void> {
  await vi.waitFor(() => expect(rowsOf(database)).toHaveLength(count));
}

async function readText(log: EventLog, workflowId: WorkflowId): Promise<string> {
  let text = '';
  for (let after = 0; ;) {
    const { entries, record } = await log.readMerged(workflowId, { after, limit: 1_000 });
    for (const { event } of entries) if (event.type === 'token') text += event.data.content;
    after = entries.at(-1)?.seq ?? record.tail;
    if (after >= record.tail) return text;
  }
}

const WHOLE = Array.from({ length: TOKENS }, (_, index) => `${index} `).join('');

test('F3: closed parts of a history are stored beside its entries, one row per thousand tokens', async () => {
  await withStored(async ({ log, database, workflowId }) => {
    const rows = rowsOf(database);
    expect(rows.map(({ first, last }) => [first, last])).toEqual([
      [1, 1_024],
      [1_025, 2_048],
    ]);
    expect(database.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: TOKENS });
    expect(await readText(log, workflowId)).toBe(WHOLE);
  });
});

test('F3: a reader of a log without segments, written by an older version, causes them to be built', async () => {
  await withStored(async ({ database, workflowId }) => {
    const made = rowsOf(database);
    database.exec('DELETE FROM segments');
    const file = String(database.prepare('PRAGMA database_list').get()?.['file']);
    await using reader = await openSqliteEventLog({ file });
    expect(await readText(reader, workflowId)).toBe(WHOLE);
    await untilStored(database, 2);
    expect(rowsOf(database)).toEqual(made);
  });
});

test.for([
  ['that is not JSON', `UPDATE segments SET text = '[1024]' || char(10) || '[{'`],
  ['with the wrong seqs', `UPDATE segments SET text = replace(text, '1024]', '999]')`],
  ['of another incarnation', `UPDATE segments SET incarnation = 'other123'`],
  ['of entries that the log does not have', `UPDATE segments SET last = last + 1000000`],
  ['that leaves a gap', 'UPDATE segments SET first = first + 10'],
] as const)('F1: a segment %s is ignored: the log itself is read', async ([, sql]) => {
  await withStored(async ({ log, database, workflowId }) => {
    database.exec(sql);
    expect(await readText(log, workflowId)).toBe(WHOLE);
  });
});

test('A13: a removed workflow leaves no segment behind', async () => {
  await withStored(async ({ log, database, workflowId }) => {
    const data = { durationMs: 1, usage: null, cost: null, result: null };
    const timestamp = new Date().toISOString();
    const events = [{ type: 'workflow:completed' as const, data, timestamp }];
    await log.append(workflowId, { attempt: 1, after: TOKENS, events });
    await untilStored(database, 3);
    await log.expire({ endedBefore: Date.now() + 60_000, limit: 1 });
    expect(rowsOf(database)).toEqual([]);
  });
});
