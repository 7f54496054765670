import { formatEventId } from '@runtape/events';
import { describe, expect, test, vi } from 'vitest';
import { QUIET_CHECK_MS, flush, useHarness } from './harness.ts';
import { range } from './reader.ts';
import { Writer, WORKFLOW_ID } from './writer.ts';

const harness = useHarness();

/** About how long a tail waits for lost entries. */
const BEHIND_MS = 3_000;

const stranger = (seq: number) => formatEventId({ incarnation: 'stranger', seq });

test.each(['running', 'ended'])('F2: a cursor of another incarnation, %s', async (state) => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(3);
  if (state === 'ended') await writer.end();
  const readers = [read({ after: stranger(0) }), read({ after: stranger(2) })];
  await Promise.all(readers.map(({ done }) => done));
  for (const { mismatch, seen } of readers) {
    expect(mismatch).toBe('other_incarnation');
    expect(seen).toEqual([]);
  }
});

test.each(['running', 'ended'])('F2: a cursor the log has not reached, %s', async (state) => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(3);
  if (state === 'ended') await writer.end();
  const reader = read({ after: writer.idOf(writer.tail + 1) });
  await reader.done;
  expect(reader.mismatch).toBe('ahead');
});

test('F2: a cursor ahead of this process only is served', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  read();
  await flush();
  const { announce } = log;
  log.announce = () => {};
  await writer.tokens(5);
  log.announce = announce;
  const reader = read({ after: writer.idOf(5) });
  await flush();
  expect(reader.mismatch).toBeNull();
  await writer.tokens(1);
  await flush();
  expect(reader.seen).toEqual([6]);
});

test('F2: a cursor before the oldest remaining entry', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(10);
  log.first = 6;
  const [tooOld, fromStart] = [read({ after: writer.idOf(4) }), read()];
  const fits = read({ after: writer.idOf(5) });
  await flush();
  expect(tooOld.mismatch).toBe('trimmed');
  expect(fromStart.mismatch).toBe('trimmed');
  expect(fits.mismatch).toBeNull();
  expect(fits.seen).toEqual(range(6, 10));
});

test('F2: a trimmed cursor of an ended workflow', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(10);
  await writer.end();
  log.first = 6;
  const reader = read();
  await reader.done;
  expect(reader.mismatch).toBe('trimmed');
});

test('F2: a reader so slow that the log is trimmed behind the tail', async () => {
  const { log, read, another } = harness();
  const fanOut = another({ maxEntries: 5 });
  const writer = await Writer.start(log);
  await writer.tokens(1);
  const gate = Promise.withResolvers<void>();
  const slow = read({ pace: () => gate.promise }, fanOut);
  await flush();
  for (const _ of range(1, 20)) await writer.tokens(1);
  log.first = 12;
  gate.resolve();
  await slow.done;
  expect(slow.mismatch).toBe('trimmed');
});

test('F2: entries that were trimmed before the tail could read them', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  const { announce } = log;
  log.announce = () => {};
  await writer.tokens(8);
  log.first = 6;
  log.announce = announce;
  await writer.tokens(1);
  await reader.done;
  expect(reader.mismatch).toBe('trimmed');
});

test('F2: a log that was lost and started again', async () => {
  const { log, store, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(3);
  const reader = read();
  await flush();
  store.remove(store.find(WORKFLOW_ID));
  const again = await Writer.start(log);
  await again.tokens(5);
  await reader.done;
  expect(reader.mismatch).toBe('other_incarnation');
  expect(reader.seen).toEqual([1, 2, 3]);
  const next = read();
  await flush();
  expect(next.seen).toEqual(range(1, 5));
});

test('F2: a log that is replaced between two pages', async () => {
  const { log, store, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(20);
  await writer.end();
  const gate = Promise.withResolvers<void>();
  const reader = read({ pageSize: 5, pace: () => gate.promise });
  await flush();
  store.remove(store.find(WORKFLOW_ID));
  const again = await Writer.start(log);
  await again.tokens(20);
  gate.resolve();
  await reader.done;
  expect(reader.mismatch).toBe('other_incarnation');
  expect(reader.seen).toEqual(range(1, 5));
});

test('F2: an ended log that is replaced before its first page is read is served as it is now', async () => {
  const { log, store, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(20);
  await writer.end();
  const readLog = log.readMerged.bind(log);
  log.readMerged = async (...query) => {
    log.readMerged = readLog;
    store.remove(store.find(WORKFLOW_ID));
    const again = await Writer.start(log);
    await again.tokens(4);
    await again.end();
    return await log.read(...query);
  };
  const reader = read();
  await reader.done;
  expect(reader.mismatch).toBeNull();
  expect(reader.seen).toEqual(range(1, 5));
});

describe('a log that lost its last entries', () => {
  /** A log of three entries, readers that have five, and a writer that does not know. */
  async function lostTwo() {
    const { log, store, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(3);
    const lose = store.mark();
    const reader = read();
    await flush();
    await writer.tokens(2);
    const inLostPart = read({ after: writer.idOf(5) });
    await flush();
    lose();
    return { writer, readers: [reader, inLostPart] };
  }

  test('F2: and does not get them again', async () => {
    const { readers } = await lostTwo();
    await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS + BEHIND_MS);
    expect(readers.map(({ mismatch }) => mismatch)).toEqual(['ahead', 'ahead']);
  });

  test('F1: and gets them again: no reader is disturbed', async () => {
    const { readers } = await lostTwo();
    await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS + BEHIND_MS / 2);
    const again = new Writer(harness().log, { tail: 3 });
    await again.tokens(1);
    await vi.advanceTimersByTimeAsync(BEHIND_MS / 4);
    await again.tokens(2);
    await again.end();
    await vi.advanceTimersByTimeAsync(BEHIND_MS / 4);
    await Promise.all(readers.map(({ done }) => done));
    expect(readers.map(({ mismatch }) => mismatch)).toEqual([null, null]);
    expect(readers.map(({ seen }) => seen)).toEqual([range(1, 7), [6, 7]]);
  });

  test('F2: and continues with others under a new incarnation: its readers are notified immediately', async () => {
    const { readers } = await lostTwo();
    const { log } = harness();
    await log.renew(WORKFLOW_ID, { attempt: 1, leaseMs: 1000, newIncarnation: 'anew1234' });
    await new Writer(log, { tail: 3 }).status();
    await flush();
    expect(readers.map(({ mismatch }) => mismatch)).toEqual([
      'other_incarnation',
      'other_incarnation',
    ]);
  });

  test('F2: a cursor of the new incarnation is served while the old one is still followed', async () => {
    const { readers } = await lostTwo();
    const { log, read } = harness();
    await log.renew(WORKFLOW_ID, { attempt: 1, leaseMs: 1000, newIncarnation: 'anew1234' });
    const { announce } = log;
    log.announce = () => {};
    const writer = new Writer(log, { tail: 3, incarnation: 'anew1234' });
    await writer.tokens(3);
    log.announce = announce;
    const moved = read({ after: writer.idOf(4) });
    await flush();
    expect(moved.seen).toEqual([5, 6]);
    expect(moved.mismatch).toBeNull();
    expect(readers.map(({ mismatch }) => mismatch)).toEqual([
      'other_incarnation',
      'other_incarnation',
    ]);
  });

  test('F2: a reader that has received nothing begins at the new incarnation, though the tail does not know it yet', async () => {
    const { readers } = await lostTwo();
    const { log, read } = harness();
    await log.renew(WORKFLOW_ID, { attempt: 1, leaseMs: 1000, newIncarnation: 'anew1234' });
    const { announce } = log;
    log.announce = () => {};
    const writer = new Writer(log, { tail: 3, incarnation: 'anew1234' });
    await writer.tokens(3);
    log.announce = announce;
    const fresh = read();
    await flush();
    expect(fresh.mismatch).toBeNull();
    expect(fresh.seen).toEqual(range(1, 6));
    expect(readers.map(({ mismatch }) => mismatch)).toEqual([
      'other_incarnation',
      'other_incarnation',
    ]);
  });

  test('F2: a reader that has received nothing of a log gets no reset when it continues differently', async () => {
    const { log, read } = harness();
    await Writer.start(log);
    const reader = read();
    await flush();
    await log.renew(WORKFLOW_ID, { attempt: 1, leaseMs: 1000, newIncarnation: 'anew1234' });
    const writer = new Writer(log, { incarnation: 'anew1234' });
    await writer.tokens(2);
    await writer.end();
    await reader.done;
    expect(reader.mismatch).toBeNull();
    expect(reader.entries.map(({ id }) => id)).toEqual([writer.idOf(2), writer.idOf(3)]);
  });
});
