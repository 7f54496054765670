import { expect, test, vi } from 'vitest';
import { NOTHING, QUIET_CHECK_MS, flush, useHarness } from './harness.ts';
import { range } from './reader.ts';
import { Writer } from './writer.ts';

const harness = useHarness();

test('F1: readers wait while the log is unavailable and are live within a second after it recovers', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(1);
  const reader = read();
  await flush();
  const { announce } = log;
  log.isDown = true;
  log.announce = () => {};
  await writer.tokens(2);
  for (const watcher of log.watchers) watcher.resync();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reader.seen).toEqual([1]);
  log.isDown = false;
  log.announce = announce;
  await vi.advanceTimersByTimeAsync(1000);
  expect(reader.seen).toEqual([1, 2, 3]);
  await writer.end();
  await reader.done;
  expect(reader.seen).toEqual(range(1, 4));
});

test('F1: a reader that joins while the log is unavailable is served when it recovers', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(3);
  log.isDown = true;
  const reader = read();
  await vi.advanceTimersByTimeAsync(60_000);
  log.isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(reader.seen).toEqual([1, 2, 3]);
});

test('F1: an outage while paging through history is waited out', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(30);
  await writer.end();
  const gate = Promise.withResolvers<void>();
  const reader = read({ pageSize: 10, pace: () => gate.promise });
  await flush();
  log.isDown = true;
  gate.resolve();
  await vi.advanceTimersByTimeAsync(5000);
  expect(reader.seen).toEqual(range(1, 10));
  log.isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(reader.seen).toEqual(range(1, 31));
});

test('F1: an outage during a quiet check is waited out', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await flush();
  log.announce = () => {};
  await writer.end();
  log.isDown = true;
  await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS + 60_000);
  expect(reader.isDone).toBe(false);
  log.isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(reader.isDone).toBe(true);
});

test('A12: the log is polled with growing waits, once for all readers', async () => {
  const { log, read } = harness();
  await Writer.start(log);
  for (const _ of range(1, 100)) read();
  await flush();
  log.isDown = true;
  const { read: before } = log.calls;
  for (const watcher of log.watchers) watcher.resync();
  await vi.advanceTimersByTimeAsync(10_000);
  const asked = log.calls.read - before;
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(40);
});

test('A13: the log is no longer polled when all waiting readers have left', async () => {
  const { log, read, leftovers } = harness();
  await Writer.start(log);
  log.isDown = true;
  const readers = [read(), read()];
  await vi.advanceTimersByTimeAsync(1000);
  readers[0]?.stop();
  await flush();
  expect(leftovers()).toEqual({ ...NOTHING, timers: 1 });
  readers[1]?.stop();
  await flush();
  expect(leftovers()).toEqual(NOTHING);
});
