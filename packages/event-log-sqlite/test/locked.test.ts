import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { describe, expect, test } from 'vitest';
import { watchEventLoop } from './event-loop.ts';
import { newWorkflow, token } from './fixtures/samples.ts';
import { messageMatching } from './message-matching.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * Far more turns than there would be if each write waited for the lock inside its statement, and
 * far fewer than pass before a lock times out.
 */
const TURNS = 50;

async function openStore() {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  const log = await openSqliteEventLog({ file, pollMs: 5 });
  const { record } = await log.create(newWorkflow());
  const { workflowId } = record;
  const { attempt } = await log.begin(workflowId, { leaseMs: 60_000 });
  const stack = new AsyncDisposableStack();
  stack.use(folder);
  stack.use(log);
  const other = stack.adopt(new DatabaseSync(file), (database) => {
    if (database.isOpen) database.close();
  });
  return {
    log,
    file,
    workflowId,
    attempt,
    /** Another program on the same file. */
    other,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe('a store locked by another program', () => {
  test('K1: blocks neither the event loop nor reads, and each write takes place once it is free, in order', async () => {
    await using store = await openStore();
    const { log, workflowId, attempt, other } = store;
    other.exec('BEGIN IMMEDIATE');
    using loop = watchEventLoop();
    const appends = [0, 1, 2].map((after) =>
      log.append(workflowId, { attempt, after, events: [token(`${after}`)] }),
    );
    const others = [
      log.create(newWorkflow()),
      log.renew(workflowId, { attempt, leaseMs: 60_000 }),
      log.command(workflowId, { type: 'pause' }),
      log.expire({ endedBefore: Date.now(), limit: 10 }),
    ];
    expect(await log.get(workflowId)).toMatchObject({ tail: 0 });
    expect((await log.list({ limit: 10 })).workflows).toHaveLength(1);
    expect((await log.orphaned({ limit: 10 })).workflows).toHaveLength(0);
    expect((await log.read(workflowId, { after: 0, limit: 10 })).entries).toEqual([]);
    const heard: number[] = [];
    const watcher = {
      entries: (entries: readonly { seq: number }[]) => heard.push(...entries.map((e) => e.seq)),
      resync: () => {},
    };
    await log.watch(workflowId, watcher, new AbortController().signal);
    await loop.turns(30);
    other.exec('ROLLBACK');
    expect(await Promise.all(appends)).toEqual([{ tail: 1 }, { tail: 2 }, { tail: 3 }]);
    await Promise.all(others);
    expect(heard).toEqual([1, 2, 3]);
  });

  test('K1: reports after some seconds that another program has locked it, while the event loop continues', async () => {
    await using store = await openStore();
    const { log, file, workflowId, attempt, other } = store;
    other.exec('BEGIN IMMEDIATE');
    using loop = watchEventLoop();
    const failure = {
      code: 'unavailable',
      message: messageMatching(/Another program has locked .*log\.db/),
    };
    await Promise.all([
      expect(log.create(newWorkflow())).rejects.toMatchObject(failure),
      expect(
        log.append(workflowId, { attempt, after: 0, events: [token('lost')] }),
      ).rejects.toMatchObject(failure),
      expect(openSqliteEventLog({ file })).rejects.toMatchObject(failure),
    ]);
    expect(loop.count).toBeGreaterThan(TURNS);
    other.exec('ROLLBACK');
    expect(await log.append(workflowId, { attempt, after: 0, events: [token('a')] })).toEqual({
      tail: 1,
    });
  });

  test('K1: also when reads are impossible, as while it is rewritten', async () => {
    await using store = await openStore();
    const { log, workflowId, other } = store;
    // Another program has locked the file exclusively: even readers are refused.
    await log.close();
    other.exec('PRAGMA locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    using loop = watchEventLoop();
    const opening = openSqliteEventLog({ file: store.file });
    await loop.turns(30);
    other.exec('ROLLBACK');
    other.close();
    await using again = await opening;
    expect(await again.get(workflowId)).toMatchObject({ tail: 0 });
  });

  test('K1: is closed immediately, and waiting calls report it', async () => {
    await using store = await openStore();
    const { log, other } = store;
    other.exec('BEGIN IMMEDIATE');
    using loop = watchEventLoop();
    const waiting = log.create(newWorkflow());
    await loop.turns(5);
    await log.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
  });

  test('K1: a program that reads for a long time blocks nothing', async () => {
    await using store = await openStore();
    const { log, workflowId, attempt, other } = store;
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM entries').get();
    const events = Array.from({ length: 500 }, () => token('some words '.repeat(20)));
    for (let after = 0; after < 10_000; after += events.length) {
      await log.append(workflowId, { attempt, after, events });
    }
    expect(await log.get(workflowId)).toMatchObject({ tail: 10_000 });
    other.exec('COMMIT');
  });
});
