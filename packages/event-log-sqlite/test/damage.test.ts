import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { describe, expect, test } from 'vitest';
import { systemBootClock } from '../src/database/boot-clock.ts';
import { explainFailure } from '../src/database/sqlite-failure.ts';
import { sqliteEventLog } from '../src/sqlite-event-log.ts';
import { Store } from '../src/database/store.ts';
import { newWorkflow, token } from './fixtures/samples.ts';
import { messageMatching } from './message-matching.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PAGE = 4096;

async function writtenStore(file: string) {
  await using log = await openSqliteEventLog({ file });
  const { record } = await log.create(newWorkflow());
  const { attempt } = await log.begin(record.workflowId, { leaseMs: 60_000 });
  const events = Array.from({ length: 200 }, (_, index) => token(`${index} `.repeat(50)));
  await log.append(record.workflowId, { attempt, after: 0, events });
  return { workflowId: record.workflowId, attempt, tail: events.length };
}

describe('a store that is damaged or full', () => {
  test('F1: overwritten pages are detected when they are read', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { workflowId } = await writtenStore(file);
    const handle = await open(file, 'r+');
    const { size } = await handle.stat();
    for (let at = 10 * PAGE; at < size; at += PAGE) {
      await handle.write(Buffer.alloc(PAGE, 'x'), 0, PAGE, at);
    }
    await handle.close();
    await using log = await openSqliteEventLog({ file });
    await expect(log.read(workflowId, { after: 0, limit: 1000 })).rejects.toMatchObject({
      name: 'EventLogError',
      code: 'corrupt',
      message: messageMatching(/damaged.*backup/),
    });
  });

  test.for([
    ['an event that is not JSON', `UPDATE entries SET event = '{' WHERE seq = 7`],
    ['an event of the wrong shape', `UPDATE entries SET event = '{"type":"token"}' WHERE seq = 7`],
    ['an unknown status', `UPDATE workflows SET status = 'asleep'`],
    ['a summary of the wrong shape', `UPDATE workflows SET summary = '[]'`],
  ] as const)('F1: %s is detected when it is read', async ([, sql]) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { workflowId } = await writtenStore(file);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    await using log = await openSqliteEventLog({ file });
    const read = log.read(workflowId, { after: 0, limit: 1000 });
    await expect(read).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('F1: on a full disk an append is refused, stores nothing, and can be repeated later', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { workflowId, attempt, tail } = await writtenStore(file);
    const append = {
      attempt,
      after: tail,
      events: Array.from({ length: 500 }, () => token('more '.repeat(100))),
      summary: { stage: 'never' },
      step: { step: 'never', result: null },
    };
    {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA max_page_count = 40');
      await using log = sqliteEventLog({
        store: new Store(database, file),
        now: Date.now,
        machine: systemBootClock(),
        random: Math.random,
        pollMs: 1000,
        onWatcherError: undefined,
      });
      await expect(log.append(workflowId, append)).rejects.toMatchObject({
        name: 'EventLogError',
        code: 'unavailable',
        message: messageMatching(/is full/),
      });
      // Operations that need no space still work on the same connection.
      expect(await log.get(workflowId)).toMatchObject({ tail, summary: { title: 'A title' } });
      await log.renew(workflowId, { attempt, leaseMs: 60_000 });
    }
    await using log = await openSqliteEventLog({ file });
    const record = await log.get(workflowId);
    expect(record).toMatchObject({ tail });
    expect(record?.summary).not.toHaveProperty('stage');
    expect(await log.steps(workflowId)).toEqual(new Map());
    expect(await log.append(workflowId, append)).toEqual({ tail: tail + 500 });
  });

  test('F8: a store that another connection keeps locked is unavailable', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await writtenStore(file);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const store = new Store(new DatabaseSync(file, { timeout: 1 }), file, 20);
    await expect(store.write(() => {})).rejects.toMatchObject({
      code: 'unavailable',
      message: messageMatching(/Another program has locked .*log\.db for too long/),
    });
    store.close();
    other.close();
  });

  test('F8: a read-only store is unavailable to a writer', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    await writtenStore(file);
    const store = new Store(new DatabaseSync(file, { readOnly: true }), file);
    const insert = store.prepare('DELETE FROM entries');
    await expect(store.write(() => insert.run())).rejects.toMatchObject({
      code: 'unavailable',
      message: messageMatching(/only be read/),
    });
    store.close();
  });

  test('B5: errors that do not come from SQLite are passed through unchanged', () => {
    const mistake = new TypeError('our own');
    expect(explainFailure(mistake, 'log.db')).toBe(mistake);
  });
});
