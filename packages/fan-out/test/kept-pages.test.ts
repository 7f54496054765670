import type { FanOut } from '@runtape/fan-out';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Harness, flush, useHarness } from './harness.ts';
import { type Reader, range } from './reader.ts';
import { Writer, WORKFLOW_ID } from './writer.ts';

const harness = useHarness();
/** Enough entries for the cache. */
const MANY = 300;
const MINUTE_MS = 60_000;

// The page cache has a timer, which no test waits for.
afterEach(async () => {
  for (const fanOut of harness().fanOuts) await fanOut.close();
});

async function ended(count = MANY): Promise<Writer> {
  const writer = await Writer.start(harness().log);
  await writer.tokens(count);
  await writer.end();
  return writer;
}

async function readToEnd(fanOut?: FanOut): Promise<Reader> {
  const reader = harness().read({}, fanOut);
  await reader.done;
  return reader;
}

function remove({ store }: Harness): void {
  store.remove(store.find(WORKFLOW_ID));
}

describe('F3: late readers, one after another', () => {
  test('cost one read of the history of an ended workflow', async () => {
    const { log } = harness();
    await ended();
    const first = await readToEnd();
    const { read } = log.calls;
    const readers = [await readToEnd(), await readToEnd()];
    expect(log.calls.read).toBe(read);
    for (const { seen, entries } of [first, ...readers]) {
      expect(seen).toEqual(range(1, MANY + 1));
      expect(entries[0]).toBe(first.entries[0]);
    }
  });

  test('read only what is new in a running workflow', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(MANY);
    const first = read();
    await flush();
    first.stop();
    await flush();
    await writer.tokens(5);
    const before = log.calls.read;
    const second = read();
    await flush();
    expect(second.seen).toEqual(range(1, MANY + 5));
    expect(log.calls.read).toBe(before + 1);
    await writer.end();
    await second.done;
    expect(second.seen).toEqual(range(1, MANY + 6));
  });
});

describe('A13: cached history', () => {
  test('is not served once its workflow was removed', async () => {
    await ended();
    await readToEnd();
    remove(harness());
    await expect(readToEnd()).rejects.toMatchObject({ code: 'unknown_workflow' });
    expect(harness().fanOut.historyBytes).toBe(0);
  });

  test('is not served for another workflow under the same id', async () => {
    await ended();
    await readToEnd();
    remove(harness());
    const { incarnation } = await ended(MANY + 10);
    const { seen, entries } = await readToEnd();
    expect(seen).toEqual(range(1, MANY + 11));
    expect(entries.every(({ id }) => id.startsWith(`${incarnation}-`))).toBe(true);
  });

  test('is not served while a reader of the removed workflow is still present', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(MANY);
    const slow = read({ pace: () => new Promise(() => {}) });
    await flush();
    await writer.end();
    await flush();
    remove(harness());
    await expect(readToEnd()).rejects.toMatchObject({ code: 'unknown_workflow' });
    slow.stop();
  });

  test('is no longer served to a reader that was in the middle of it', async () => {
    const gate = Promise.withResolvers<void>();
    const writer = await Writer.start(harness().log);
    // These do not merge, so they are read page by page.
    for (const _ of range(1, 400)) await writer.status();
    await writer.end();
    const pageSize = 150;
    await harness().read({ pageSize }).done;
    const slow = harness().read({ pageSize, pace: () => gate.promise });
    await flush();
    remove(harness());
    await vi.advanceTimersByTimeAsync(1_000);
    gate.resolve();
    await flush();
    await expect(slow.done).rejects.toMatchObject({ code: 'unknown_workflow' });
    expect(slow.seen).toEqual(range(1, pageSize));
  });

  test('is not served when the log has lost its end', async () => {
    const { log, store, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(200);
    const lose = store.mark();
    await writer.tokens(200);
    const before = read();
    await flush();
    expect(before.seen).toEqual(range(1, 400));
    before.stop();
    await flush();
    lose();
    const after = read();
    await flush();
    expect(after.seen).toEqual(range(1, 200));
  });

  test('is not served when its beginning was trimmed', async () => {
    await ended();
    await readToEnd();
    harness().log.first = 100;
    const reader = await readToEnd();
    expect(reader.mismatch).toBe('trimmed');
    expect(reader.seen).toEqual([]);
  });

  test('is bounded in size, and the least recently used part is dropped first', async () => {
    const { log, another } = harness();
    await ended();
    const one = another();
    await readToEnd(one);
    const room = another({ maxHistoryBytes: one.historyBytes * 2 - 1 });
    await readToEnd(room);
    expect(room.historyBytes).toBe(0);
    const enough = another({ maxHistoryBytes: one.historyBytes * 2 });
    await readToEnd(enough);
    const { read } = log.calls;
    await readToEnd(enough);
    expect(log.calls.read).toBe(read);
    expect(enough.historyBytes).toBe(one.historyBytes);
  });

  test('is dropped when it was not requested for two minutes', async () => {
    const { fanOut } = harness();
    await ended();
    await readToEnd();
    await vi.advanceTimersByTimeAsync(MINUTE_MS - 1);
    expect(fanOut.historyBytes).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(MINUTE_MS + 1);
    expect(fanOut.historyBytes).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('and its timer are dropped when the server stops', async () => {
    const { fanOut } = harness();
    await ended();
    await readToEnd();
    await fanOut.close();
    expect(fanOut.historyBytes).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
