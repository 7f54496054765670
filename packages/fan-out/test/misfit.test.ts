import { formatEventId } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { QUIET_CHECK_MS, settle, useHarness } from './harness.ts';
import { range } from './reader.ts';
import { Writer, WORKFLOW_ID } from './writer.ts';

const harness = useHarness();

const stranger = (seq: number) => formatEventId({ incarnation: 'stranger', seq });

test.each(['running', 'ended'])('F2: a cursor of another incarnation, %s', async (state) => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(3);
  if (state === 'ended') await writer.end();
  const readers = [read({ after: stranger(0) }), read({ after: stranger(2) })];
  await Promise.all(readers.map(({ done }) => done));
  for (const { misfit, seen } of readers) {
    expect(misfit).toBe('other_incarnation');
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
  expect(reader.misfit).toBe('ahead');
});

test('F2: a cursor that only this process has not reached is served', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  read();
  await settle();
  const { announce } = log;
  log.announce = () => {};
  await writer.tokens(5);
  log.announce = announce;
  const reader = read({ after: writer.idOf(5) });
  await settle();
  expect(reader.misfit).toBeNull();
  await writer.tokens(1);
  await settle();
  expect(reader.seen).toEqual([6]);
});

test('F2: a cursor before the oldest entry that is left', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(10);
  log.first = 6;
  const [tooOld, fromStart] = [read({ after: writer.idOf(4) }), read()];
  const fits = read({ after: writer.idOf(5) });
  await settle();
  expect(tooOld.misfit).toBe('trimmed');
  expect(fromStart.misfit).toBe('trimmed');
  expect(fits.misfit).toBeNull();
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
  expect(reader.misfit).toBe('trimmed');
});

test('F2: a reader so slow that the log is trimmed behind the tail', async () => {
  const { log, read, another } = harness();
  const fanOut = another({ maxEntries: 5 });
  const writer = await Writer.start(log);
  await writer.tokens(1);
  const gate = Promise.withResolvers<void>();
  const slow = read({ pace: () => gate.promise }, fanOut);
  await settle();
  for (const _ of range(1, 20)) await writer.tokens(1);
  log.first = 12;
  gate.resolve();
  await slow.done;
  expect(slow.misfit).toBe('trimmed');
});

test('F2: entries that were trimmed before the tail could read them', async () => {
  const { log, read } = harness();
  const writer = await Writer.start(log);
  const reader = read();
  await settle();
  const { announce } = log;
  log.announce = () => {};
  await writer.tokens(8);
  log.first = 6;
  log.announce = announce;
  await writer.tokens(1);
  await reader.done;
  expect(reader.misfit).toBe('trimmed');
});

test('F2: a log that was lost and begun anew', async () => {
  const { log, store, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(3);
  const reader = read();
  await settle();
  store.remove(store.find(WORKFLOW_ID));
  const again = await Writer.start(log);
  await again.tokens(5);
  await reader.done;
  expect(reader.misfit).toBe('other_incarnation');
  expect(reader.seen).toEqual([1, 2, 3]);
  const next = read();
  await settle();
  expect(next.seen).toEqual(range(1, 5));
});

test('F2: a log that is replaced between two pages of it', async () => {
  const { log, store, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(20);
  await writer.end();
  const gate = Promise.withResolvers<void>();
  const reader = read({ pageSize: 5, pace: () => gate.promise });
  await settle();
  store.remove(store.find(WORKFLOW_ID));
  const again = await Writer.start(log);
  await again.tokens(20);
  gate.resolve();
  await reader.done;
  expect(reader.misfit).toBe('other_incarnation');
  expect(reader.seen).toEqual(range(1, 5));
});

test('F2: a log that lost its last entries', async () => {
  const { log, store, read } = harness();
  const writer = await Writer.start(log);
  await writer.tokens(5);
  const reader = read();
  const inLostPart = read({ after: writer.idOf(5) });
  await settle();
  const stored = store.find(WORKFLOW_ID);
  stored.events.splice(3);
  stored.record = { ...stored.record, tail: 3 };
  await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS);
  expect(reader.misfit).toBe('ahead');
  expect(inLostPart.misfit).toBe('ahead');
});
