import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Entry } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { newWorkflow, token } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function openFiles(folder: string): Promise<readonly string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => ''),
  );
  return (await Promise.all(links)).filter((target) => target.startsWith(folder));
}

function tokens(after: number, count: number) {
  return Array.from({ length: count }, (_, index) => token(`${after + index + 1}`));
}

const POLL_MS = 2;

async function openWatched(file: string) {
  const log = await openSqliteEventLog({ file, pollMs: POLL_MS });
  const { record } = await log.create(newWorkflow());
  const { workflowId } = record;
  const { attempt } = await log.begin(workflowId, { leaseMs: 60_000 });
  const heard: Entry[] = [];
  const resync = vi.fn<() => void>();
  const watcher = { entries: (entries: readonly Entry[]) => void heard.push(...entries), resync };
  return { log, workflowId, attempt, heard, resync, watcher };
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('live', () => {
  test('A13: no timer runs unless something is watched, nor after the last abort', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using folder = await temporaryFolder();
    const { log, workflowId, watcher } = await openWatched(join(folder.path, 'log.db'));
    expect(vi.getTimerCount()).toBe(0);
    const [first, second, third] = [1, 2, 3].map(() => new AbortController());
    if (!first || !second || !third) throw new TypeError('There are three.');
    await log.watch(workflowId, watcher, first.signal);
    await log.watchCommands(workflowId, () => {}, second.signal);
    await log.watchThread('thread-1', () => {}, third.signal);
    for (const watching of [first, second, third]) {
      expect(vi.getTimerCount()).toBe(1);
      watching.abort();
    }
    expect(vi.getTimerCount()).toBe(0);
    await log.close();
  });

  test('after a quiet time it polls a quarter as often, until another process writes or a watcher is added', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const looks = vi.spyOn(StatementSync.prototype, 'get');
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { log, workflowId, attempt, heard, watcher } = await openWatched(file);
    await using other = await openSqliteEventLog({ file });
    /** Counts the polls during a number of intervals. */
    const pollsIn = (intervals: number) => {
      looks.mockClear();
      vi.advanceTimersByTime(intervals * POLL_MS);
      return looks.mock.calls.length;
    };
    const { signal } = new AbortController();
    await log.watch(workflowId, watcher, signal);
    expect(pollsIn(80)).toBe(80);
    expect(pollsIn(80)).toBe(20);

    await other.append(workflowId, { attempt, after: 0, events: tokens(0, 1) });
    vi.advanceTimersByTime(4 * POLL_MS);
    // Not `vi.waitFor`, which advances the clock.
    while (heard.length === 0) await nextTurn();
    expect(pollsIn(40)).toBe(40);
    expect(pollsIn(80)).toBe(50);

    await log.watchCommands(workflowId, () => {}, signal);
    expect(pollsIn(40)).toBe(40);
    await log.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('A13: closing stops the timer and leaves no write-ahead log', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using folder = await temporaryFolder();
    const watched = await openWatched(join(folder.path, 'log.db'));
    const { log, workflowId, attempt, watcher } = watched;
    await log.watch(workflowId, watcher, new AbortController().signal);
    await log.append(workflowId, { attempt, after: 0, events: tokens(0, 10) });
    expect((await readdir(folder.path)).toSorted()).toEqual(['log.db', 'log.db-shm', 'log.db-wal']);
    expect(vi.getTimerCount()).toBe(1);
    await log.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(await readdir(folder.path)).toEqual(['log.db']);
  });

  test.runIf(process.platform === 'linux')('A13: closing closes every file', async () => {
    await using folder = await temporaryFolder();
    const { log, workflowId, watcher } = await openWatched(join(folder.path, 'log.db'));
    await log.watch(workflowId, watcher, new AbortController().signal);
    expect(await openFiles(folder.path)).not.toEqual([]);
    await log.close();
    expect(await openFiles(folder.path)).toEqual([]);
  });

  test('A10: a watcher that is far behind another process is told to read, instead of receiving everything', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { log, workflowId, attempt, heard, resync, watcher } = await openWatched(file);
    await log.watch(workflowId, watcher, new AbortController().signal);
    await using other = await openSqliteEventLog({ file });
    await other.append(workflowId, { attempt, after: 0, events: tokens(0, 5000) });
    await vi.waitFor(() => expect(resync).toHaveBeenCalledTimes(1));
    expect(heard).toEqual([]);
    await other.append(workflowId, { attempt, after: 5000, events: tokens(5000, 1) });
    await vi.waitFor(() => expect(heard.map(({ seq }) => seq)).toEqual([5001]));
    await log.close();
  });

  test('an append right after one of another process is announced together with it, in order', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { log, workflowId, attempt, heard, watcher } = await openWatched(file);
    await log.watch(workflowId, watcher, new AbortController().signal);
    await using other = await openSqliteEventLog({ file });
    await other.append(workflowId, { attempt, after: 0, events: tokens(0, 2) });
    const ours = log.append(workflowId, { attempt, after: 2, events: tokens(2, 1) });
    await ours;
    await vi.waitFor(() => expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3]));
    await log.close();
  });

  test('F1: a watcher is told to resync when the store cannot be read', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { log, workflowId, attempt, resync, watcher } = await openWatched(file);
    await log.watch(workflowId, watcher, new AbortController().signal);
    await using other = await openSqliteEventLog({ file });
    const broken = { ...token('a'), timestamp: 'not a time' };
    await other.append(workflowId, { attempt, after: 0, events: [broken, ...tokens(1, 1)] });
    await vi.waitFor(() => expect(resync).toHaveBeenCalled());
    const read = log.read(workflowId, { after: 0, limit: 10 });
    await expect(read).rejects.toMatchObject({ code: 'corrupt' });
    await log.close();
  });

  test('C4: a start is noticed even when the newest workflow was removed and its row is reused', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'log.db');
    const { log } = await openWatched(file);
    const change = new DatabaseSync(file);
    const wake = vi.fn<() => void>();
    await log.watchThread('thread-1', wake, new AbortController().signal);
    // One transaction, so that no poll sees the store without the workflow.
    change.exec('BEGIN');
    change.exec(`INSERT INTO workflows SELECT workflow + 1, 'wf_00000000000000new', definition, incarnation,
      'thread-1', NULL, status, attempt, lease_until, created_at, ended_at, summary, owner, 99, NULL, NULL, NULL, 0 FROM workflows`);
    change.exec('DELETE FROM workflows WHERE thread_id IS NULL');
    change.exec('UPDATE workflows SET workflow = 1');
    change.exec('COMMIT');
    change.close();
    await vi.waitFor(() => expect(wake).toHaveBeenCalled());
    await log.close();
  });

  test('an error thrown by a watcher is reported to the error handler', async () => {
    await using folder = await temporaryFolder();
    const onWatcherError = vi.fn<(error: unknown) => void>();
    await using log = await openSqliteEventLog({
      file: join(folder.path, 'log.db'),
      onWatcherError,
    });
    const { record } = await log.create(newWorkflow());
    const { workflowId } = record;
    const mistake = new Error('a broken watcher');
    const entries = () => {
      throw mistake;
    };
    await log.watch(workflowId, { entries, resync: () => {} }, new AbortController().signal);
    const { attempt } = await log.begin(workflowId, { leaseMs: 60_000 });
    await log.append(workflowId, { attempt, after: 0, events: [token('a')] });
    expect(onWatcherError.mock.calls).toEqual([[mistake]]);
  });
});
