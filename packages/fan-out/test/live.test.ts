import { describe, expect, test, vi } from 'vitest';
import { QUIET_CHECK_MS, flush, useHarness } from './harness.ts';
import { range } from './reader.ts';
import { Writer } from './writer.ts';

const harness = useHarness();

test('F1: a live entry with the next number needs no request to the log', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  const asked = { ...log.calls };
  for (const _ of range(1, 50)) await writer.tokens(1);
  await flush();
  expect(reader.seen).toEqual(range(1, 50));
  expect(log.calls).toEqual(asked);
});

test('F1: a live entry resets the quiet timeout without a new timer', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const isLong = (ms: number | undefined): boolean => ms !== undefined && ms > QUIET_CHECK_MS / 10;
  for (const _ of range(1, 50)) await writer.tokens(1);
  expect(timers.mock.calls.filter(([, ms]) => isLong(ms))).toEqual([]);
  timers.mockRestore();
  await flush();
  expect(reader.seen).toEqual(range(1, 50));
});

test('F1: a dropped live message is recovered with the next one', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  const { announce } = log;
  log.announce = () => {};
  await writer.tokens(2);
  await flush();
  expect(reader.seen).toEqual([]);
  log.announce = announce;
  await writer.tokens(1);
  await flush();
  expect(reader.seen).toEqual([1, 2, 3]);
});

describe('F1: a dropped last live message', () => {
  test('is found when the tail was quiet for a while, with one request for all readers', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    const readers = [read(), read(), read()];
    await writer.tokens(2);
    await flush();
    log.announce = () => {};
    await writer.end();
    await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS - 1);
    expect(readers.map(({ isDone }) => isDone)).toEqual([false, false, false]);
    const { get } = log.calls;
    await vi.advanceTimersByTimeAsync(1);
    expect(readers.map(({ isDone }) => isDone)).toEqual([true, true, true]);
    expect(readers.map(({ seen }) => seen)).toEqual(readers.map(() => [1, 2, 3]));
    expect(log.calls.get - get).toBe(1);
  });

  test('is looked for only when the tail is quiet, and never more often than that', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    read();
    await flush();
    const { get } = log.calls;
    for (const _ of range(1, 20)) {
      await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS / 2);
      await writer.tokens(1);
    }
    expect(log.calls.get - get).toBe(0);
    await vi.advanceTimersByTimeAsync(5 * QUIET_CHECK_MS);
    expect(log.calls.get - get).toBe(5);
  });

  test('is looked for at times that differ between tails', async () => {
    const { log, read, another } = harness();
    await Writer.start(log);
    const drawn = [0, 0.999];
    const random = (): number => drawn.shift() ?? 0.5;
    read({}, another({ random }));
    await flush();
    read({}, another({ random }));
    await flush();
    const { get } = log.calls;
    await vi.advanceTimersByTimeAsync(0.8 * QUIET_CHECK_MS);
    expect(log.calls.get - get).toBe(1);
    await vi.advanceTimersByTimeAsync(0.39 * QUIET_CHECK_MS);
    expect(log.calls.get - get).toBe(1);
    await vi.advanceTimersByTimeAsync(0.01 * QUIET_CHECK_MS);
    expect(log.calls.get - get).toBe(2);
  });
});

test('F1: a live message that arrives twice, or late, is delivered once', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  let before: Parameters<typeof log.announce>[1] = [];
  log.announce = (watcher, entries) => {
    watcher.entries(entries);
    watcher.entries(entries);
    watcher.entries([...before, ...entries]);
    before = entries;
  };
  for (const _ of range(1, 5)) await writer.tokens(2);
  await flush();
  expect(reader.seen).toEqual(range(1, 10));
});

test('F1: a resync makes the tail read the log after its last entry', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  log.announce = () => {};
  await writer.tokens(3);
  const asked = { ...log.calls };
  for (const watcher of log.watchers) watcher.resync();
  await flush();
  expect(reader.seen).toEqual([1, 2, 3]);
  expect(log.calls).toEqual({ ...asked, read: asked.read + 1 });
});

test('F1: a tail that is far behind catches up page by page and goes live again', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  const { announce } = log;
  log.announce = () => {};
  for (const _ of range(1, 12)) await writer.tokens(100);
  log.announce = announce;
  await writer.tokens(1);
  await flush();
  const asked = { ...log.calls };
  await writer.tokens(1);
  await flush();
  expect(reader.seen).toEqual(range(1, 1202));
  expect(log.calls).toEqual(asked);
});

test('A10: a tail that is far behind reads large entries a few at a time', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  const readLog = log.read.bind(log);
  const pages: number[] = [];
  vi.spyOn(log, 'read').mockImplementation(async (workflowId, asked) => {
    const page = await readLog(workflowId, asked);
    pages.push(page.entries.length);
    return page;
  });
  const { announce } = log;
  log.announce = () => {};
  for (const _ of range(1, 40)) await writer.status('x'.repeat(100_000));
  log.announce = announce;
  await writer.tokens(1);
  await flush();
  expect(reader.seen).toEqual(range(1, 41));
  expect(pages.reduce((sum, entries) => sum + entries, 0)).toBe(41);
  expect(Math.max(...pages)).toBeLessThanOrEqual(11);
});

test('F1: live entries that arrive while the log is being read are neither lost nor doubled', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(2);
  const roads: (() => void)[] = [];
  log.travel = () => new Promise((resolve) => roads.push(resolve));
  const reader = read();
  // Two entries are appended at each moment of the reader's way to being live.
  for (let moment = 0; moment < 40; moment += 1) {
    await writer.tokens(2);
    roads.shift()?.();
    await flush();
  }
  expect(roads).toEqual([]);
  expect(reader.seen).toEqual(range(1, 82));
});

test('A10: live entries that arrive during a long read are kept up to a bound, and read from the log beyond it', async () => {
  const { log, read, another } = harness();
  const writer = await Writer.start(log);
  const reader = read({}, another({ maxEntries: 3 }));
  await flush();
  const answer = Promise.withResolvers<void>();
  const trips = [Promise.resolve(), answer.promise];
  log.travel = async () => await trips.shift();
  for (const watcher of log.watchers) watcher.resync();
  await flush();
  for (const _ of range(1, 10)) await writer.tokens(1);
  answer.resolve();
  await flush();
  expect(reader.seen).toEqual(range(1, 10));
});

test('A10: a reader that waited gets tokens as they came, not merged', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  await writer.tokens(3);
  await flush();
  expect(reader.batches).toEqual([3]);
});
