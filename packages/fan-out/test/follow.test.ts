import { isEventLogError } from '@runtape/event-log';
import { describe, expect, test, vi } from 'vitest';
import { QUIET_CHECK_MS, flush, useHarness } from './harness.ts';
import { range } from './reader.ts';
import { Writer, WORKFLOW_ID } from './writer.ts';

const harness = useHarness();

describe('a running workflow', () => {
  test('A3: a reader gets the history, then live entries, and ends with the terminal event', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(3);
    const reader = read();
    await flush();
    expect(reader.seen).toEqual(range(1, 3));
    await writer.tokens(1);
    await flush();
    expect(reader.seen).toEqual(range(1, 4));
    await writer.end();
    await reader.done;
    expect(reader.seen).toEqual(range(1, 5));
  });

  test('A3: a reader of an empty log waits for its first entry', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    const reader = read();
    await flush();
    expect(reader.seen).toEqual([]);
    await writer.status();
    await flush();
    expect(reader.seen).toEqual([1]);
  });

  test('B4: a reader continues exactly after its cursor', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(5);
    const atStart = read({ after: writer.idOf(0) });
    const inMiddle = read({ after: writer.idOf(3) });
    const atEnd = read({ after: writer.idOf(5) });
    await flush();
    await writer.end();
    await flush();
    expect(atStart.seen).toEqual(range(1, 6));
    expect(inMiddle.seen).toEqual(range(4, 6));
    expect(atEnd.seen).toEqual([6]);
  });

  test('E3: all readers get the same entry objects', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    const readers = [read(), read(), read()];
    await flush();
    await writer.tokens(1);
    await writer.end();
    await flush();
    const [first, ...others] = readers.map(({ entries }) => entries);
    expect(first).toHaveLength(2);
    for (const other of others) {
      expect(other).toHaveLength(2);
      other.forEach((entry, index) => expect(entry).toBe(first?.[index]));
    }
  });

  test('A3: history is read in pages of bounded size', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    for (const _ of range(1, 25)) await writer.status();
    const reader = read({ pageSize: 10 });
    await flush();
    expect(reader.batches).toEqual([10, 10, 5]);
    expect(reader.seen).toEqual(range(1, 25));
  });

  test('A13: nothing is left after the terminal event, even if a slow reader has not taken it', async () => {
    const { log, fanOut, read } = harness();
    const writer = await Writer.start(log);
    const gate = Promise.withResolvers<void>();
    const slow = read({ pace: () => gate.promise });
    await writer.status();
    await flush();
    await writer.status();
    await writer.end();
    await flush();
    expect(slow.seen).toEqual([1]);
    expect(log.watchers.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    gate.resolve();
    await slow.done;
    expect(slow.seen).toEqual([1, 2, 3]);
    expect(fanOut.tailCount).toBe(0);
  });
});

describe('a workflow that has ended', () => {
  test('A3: is read from the log alone, without a tail or a watch', async () => {
    const { log, fanOut, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(3);
    await writer.end();
    const gate = Promise.withResolvers<void>();
    const reader = read({ pageSize: 2, pace: () => gate.promise });
    await flush();
    expect(reader.seen).toEqual([1, 2]);
    expect(fanOut.tailCount).toBe(0);
    gate.resolve();
    await reader.done;
    expect(reader.seen).toEqual(range(1, 4));
    expect(log.calls.watch).toBe(0);
  });

  test('F6: a cursor at the terminal entry ends immediately without entries', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(3);
    await writer.end();
    const reader = read({ after: writer.idOf(4) });
    await reader.done;
    expect(reader.batches).toEqual([]);
    expect(reader.mismatch).toBeNull();
  });
});

test.each([0, -1, 1.5, Number.NaN])('a page of %s entries is refused', async (pageSize) => {
  const { log, read } = harness();
  await Writer.start(log);
  await expect(read({ pageSize }).done).rejects.toMatchObject({ code: 'invalid_query' });
});

describe('a log that counts more entries than it returns', () => {
  test.each(['running', 'ended'])('ends its readers as corrupt, %s', async (state) => {
    const { log, store, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(3);
    if (state === 'ended') await writer.end();
    const { tail } = writer;
    const stored = store.find(WORKFLOW_ID);
    stored.record = { ...stored.record, tail: tail + 2 };
    const reader = read();
    await expect(reader.done).rejects.toMatchObject({ code: 'corrupt' });
    expect(reader.seen).toEqual(range(1, tail));
  });

  test('ends a tail that is unable to catch up as corrupt', async () => {
    const { log, store, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(3);
    const reader = read();
    await flush();
    const stored = store.find(WORKFLOW_ID);
    stored.record = { ...stored.record, tail: 5 };
    await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS);
    await expect(reader.done).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('an unknown workflow', () => {
  test('E9: is refused as unknown_workflow', async () => {
    const reader = harness().read();
    await expect(reader.done).rejects.toSatisfy((error) =>
      isEventLogError(error, 'unknown_workflow'),
    );
  });

  test('A13: one that is removed while it is followed ends its readers as unknown_workflow', async () => {
    const { log, store, read } = harness();
    await Writer.start(log);
    const reader = read();
    await flush();
    store.remove(store.find(WORKFLOW_ID));
    await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS);
    await expect(reader.done).rejects.toSatisfy((error) =>
      isEventLogError(error, 'unknown_workflow'),
    );
  });
});
