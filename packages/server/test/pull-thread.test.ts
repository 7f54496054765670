import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeEvent, TestLog } from '@runtape/testing';
import { describe, expect, test, vi } from 'vitest';
import { pullThread } from '../src/threads/pull-thread.ts';
import { THREAD_START } from '../src/threads/thread-cursor.ts';
import type { ThreadItem } from '../src/threads/thread-item.ts';
import { eventually } from './eventually.ts';
import { recordReads } from './record-reads.ts';
import { startApi } from './start-api.ts';

const THREAD = 'talk-1';
/** More than one page of history. */
const MANY = 1200;
/** The number of concurrent readers, and one that takes the place of the first. */
const MAX_READS = 5;

const statuses = (count: number) =>
  Array.from({ length: count }, (_, n) => makeEvent('status', { stage: 'x', message: `${n}` }));

/** Reads a thread of a new API, item by item. */
function read({ api }: ReturnType<typeof startApi>) {
  const disconnect = new AbortController();
  const onWait = vi.fn<() => void>();
  const onError = vi.fn<(error: unknown) => void>();
  const pieces = pullThread(api.context, {
    threadId: THREAD,
    after: THREAD_START,
    onError,
    onWait,
    signal: disconnect.signal,
  });
  const items: ThreadItem[] = [];
  return {
    items,
    disconnect,
    onWait,
    onError,
    pieces,
    next: async () => {
      const { value } = await pieces.next();
      items.push(...(value ?? []));
    },
    of: ({ workflowId }: TestLog) => items.filter((item) => item.workflowId === workflowId),
  };
}

describe('a thread that is pulled item by item', () => {
  test('C4 A10: workflows take turns, so that a long one does not delay the others', async () => {
    await using started = startApi();
    const long = await TestLog.create(started.log, { threadId: THREAD });
    await long.append(...statuses(MANY));
    const others = [];
    for (let n = 0; n < 10; n += 1) {
      const testLog = await TestLog.create(started.log, { threadId: THREAD });
      await testLog.status('short');
      others.push(testLog);
    }
    const reader = read(started);
    while (others.some((testLog) => reader.of(testLog).length === 0)) await reader.next();
    expect(reader.of(long).length).toBeLessThan(MANY);
    while (reader.of(long).length < MANY) await reader.next();
    expect(reader.of(long).map((item) => item.kind === 'message' && item.id)).toEqual(
      Array.from({ length: MANY }, (_, n) => long.idOf(n + 1)),
    );
    await reader.pieces.return();
  });

  test('A10: while nothing is pulled, little is read ahead, however many workflows there are', async () => {
    await using started = startApi();
    for (let n = 0; n < 20; n += 1) {
      const testLog = await TestLog.create(started.log, { threadId: THREAD });
      await testLog.append(...statuses(MANY));
    }
    const { reads } = recordReads(started.log);
    const reader = read(started);
    await reader.next();
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();
    expect(reads.length).toBeLessThanOrEqual(MAX_READS);
    await reader.pieces.return();
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
    expect(reads.length).toBeLessThanOrEqual(MAX_READS);
  });

  test('C4: it reports that it waits when there is nothing to read, and not before', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log, { threadId: THREAD });
    await testLog.append(...statuses(MANY));
    const reader = read(started);
    while (reader.items.length < MANY) {
      expect(reader.onWait).not.toHaveBeenCalled();
      await reader.next();
    }
    const next = reader.next();
    await eventually(() => expect(reader.onWait).toHaveBeenCalled());
    const joins = await TestLog.create(started.log, { threadId: THREAD });
    await joins.status('joined');
    await next;
    expect(reader.of(joins)).toMatchObject([{ id: joins.idOf(1) }]);
    await reader.pieces.return();
  });

  test('A13: it fails after an abort, and nothing of it remains after its reader has left', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log, { threadId: THREAD });
    await testLog.append(...statuses(MANY));
    const [aborted, leaves] = [read(started), read(started)];
    await aborted.next();
    await leaves.next();
    aborted.disconnect.abort();
    await expect(aborted.pieces.next()).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
    await leaves.pieces.return();
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
    expect(leaves.onError).not.toHaveBeenCalled();
  });

  test('A13: waiting for a new event ends with the abort, too', async () => {
    await using started = startApi();
    const reader = read(started);
    const next = reader.pieces.next();
    await eventually(() => expect(reader.onWait).toHaveBeenCalled());
    reader.disconnect.abort();
    await expect(next).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test('an error of the thread itself ends it', async () => {
    await using started = startApi();
    vi.spyOn(started.log, 'thread').mockRejectedValue(new Error('It is broken.'));
    await expect(read(started).pieces.next()).rejects.toThrow('It is broken.');
  });
});
