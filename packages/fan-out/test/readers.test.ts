import { describe, expect, test, vi } from 'vitest';
import { NOTHING, flush, useHarness } from './harness.ts';
import { range } from './reader.ts';
import { Writer, WORKFLOW_ID } from './writer.ts';

const harness = useHarness();

describe('A10: a slow reader', () => {
  test('gets what it missed with the tokens merged, and does not affect others', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    const gate = Promise.withResolvers<void>();
    const slow = read({ pace: () => gate.promise });
    const quick = read();
    await flush();
    for (const _ of range(1, 100)) {
      await writer.tokens(1);
      await flush();
    }
    expect(quick.seen).toEqual(range(1, 100));
    expect(quick.entries).toHaveLength(100);
    expect(slow.seen).toEqual([1]);
    gate.resolve();
    await flush();
    expect(slow.seen).toEqual(range(1, 100));
    expect(slow.entries).toHaveLength(2);
  });

  test('falls out of the bounded tail and continues from the log', async () => {
    const { log, read, another } = harness();
    const fanOut = another({ maxEntries: 10 });
    const writer = await Writer.start(log);
    const gate = Promise.withResolvers<void>();
    const slow = read({ pace: () => gate.promise, pageSize: 20 }, fanOut);
    const quick = read({}, fanOut);
    await flush();
    const { read: before } = log.calls;
    for (const _ of range(1, 101)) {
      await writer.status();
      await flush();
    }
    expect(quick.seen).toEqual(range(1, 101));
    expect(log.calls.read).toBe(before);
    gate.resolve();
    await flush();
    expect(slow.seen).toEqual(range(1, 101));
    // 2 to 91 in pages of 20; the last page reaches into the 10 entries of the tail.
    expect(log.calls.read - before).toBe(5);
  });

  test('that has stalled forever is removed by its signal, though it never reads again', async () => {
    const { log, fanOut, read, leftovers } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(1);
    const stalled = read({ pace: () => new Promise(() => {}) });
    await flush();
    expect(fanOut.readerCount(WORKFLOW_ID)).toBe(1);
    stalled.stop();
    await flush();
    expect(leftovers()).toEqual(NOTHING);
  });
});

describe('A12: a thousand readers of one workflow', () => {
  test('cost one watch, and one read for each page of history', async () => {
    const { log, fanOut, read } = harness();
    const writer = await Writer.start(log);
    for (const _ of range(1, 30)) await writer.status();
    const readers = range(1, 1000).map(() => read({ pageSize: 10 }));
    await flush();
    expect(fanOut.readerCount(WORKFLOW_ID)).toBe(1000);
    expect(fanOut.tailCount).toBe(1);
    expect(log.calls).toEqual({ get: 2, watch: 1, read: 3 });
    await writer.status();
    await writer.end();
    await Promise.all(readers.map(({ done }) => done));
    for (const { seen } of readers) expect(seen).toEqual(range(1, 32));
    expect(log.calls).toEqual({ get: 2, watch: 1, read: 3 });
    expect(fanOut.tailCount).toBe(0);
  });

  test('share the pages, which are merged once', async () => {
    const { log, read } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(100);
    const [one, two] = [read(), read()];
    await flush();
    expect(one.entries).toHaveLength(1);
    expect(one.entries[0]).toBe(two.entries[0]);
  });
});

describe('a reader that leaves', () => {
  test('A13: while it waits, is rejected immediately and leaves nothing', async () => {
    const { log, read, leftovers } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(1);
    const reader = read();
    await flush();
    const reason = new DOMException('The tab was closed.', 'AbortError');
    reader.stop(reason);
    await expect(reader.done).rejects.toBe(reason);
    await flush();
    expect(leftovers()).toEqual(NOTHING);
  });

  test('with a reason of its own is still rejected with an AbortError', async () => {
    const { log, read } = harness();
    await Writer.start(log);
    const reader = read();
    await flush();
    const reason = new Error('The server drains.');
    reader.stop(reason);
    await expect(reader.done).rejects.toMatchObject({ name: 'AbortError', cause: reason });
  });

  test.each(range(0, 6))(
    'A13: at any moment of opening (%i) leaves nothing, even if the log never answers',
    async (moment) => {
      const { log, read, leftovers } = harness();
      const writer = await Writer.start(log);
      await writer.tokens(1);
      let passed = 0;
      log.travel = async () => {
        passed += 1;
        if (passed > moment) await new Promise(() => {});
      };
      const reader = read();
      await flush();
      expect(passed).toBe(moment + 1);
      reader.stop();
      await expect(reader.done).rejects.toMatchObject({ name: 'AbortError' });
      await flush();
      expect(leftovers()).toEqual(NOTHING);
    },
  );

  test('A13: between any two of its own steps leaves nothing', async () => {
    const { log, read, leftovers } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(1);
    for (const steps of range(0, 60)) {
      const reader = read();
      for (const _ of range(1, steps)) await Promise.resolve();
      reader.stop();
      await expect(reader.done).rejects.toMatchObject({ name: 'AbortError' });
      await flush();
      expect(leftovers()).toEqual(NOTHING);
    }
  });

  test('with a signal that was already aborted never reads the log', async () => {
    const { log, fanOut } = harness();
    await Writer.start(log);
    const reading = fanOut.read(WORKFLOW_ID, { after: null, signal: AbortSignal.abort() });
    await expect(reading.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect(log.calls.get).toBe(0);
  });

  test('A13: by returning the generator, leaves nothing', async () => {
    const { log, fanOut, leftovers } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(1);
    const { signal } = new AbortController();
    for await (const batch of fanOut.read(WORKFLOW_ID, { after: null, signal })) {
      expect(batch.kind).toBe('entries');
      expect(fanOut.readerCount(WORKFLOW_ID)).toBe(1);
      break;
    }
    await flush();
    expect(leftovers()).toEqual(NOTHING);
  });

  test('E11: is counted until then', async () => {
    const { log, fanOut, read } = harness();
    await Writer.start(log);
    expect(fanOut.readerCount(WORKFLOW_ID)).toBe(0);
    const readers = [read(), read(), read()];
    await flush();
    expect(fanOut.readerCount(WORKFLOW_ID)).toBe(3);
    readers[0]?.stop();
    await flush();
    expect(fanOut.readerCount(WORKFLOW_ID)).toBe(2);
    expect(fanOut.tailCount).toBe(1);
    expect(log.watchers.size).toBe(1);
  });
});

test('E10: an error in the consumer of one reader does not affect the others', async () => {
  const { log, fanOut, read } = harness();
  const writer = await Writer.start(log);
  const broken = read({ pace: () => Promise.reject(new Error('The socket is gone.')) });
  const whole = read();
  await flush();
  await writer.tokens(1);
  await expect(broken.done).rejects.toThrow('The socket is gone.');
  expect(fanOut.readerCount(WORKFLOW_ID)).toBe(1);
  await writer.tokens(1);
  await writer.end();
  await whole.done;
  expect(whole.seen).toEqual([1, 2, 3]);
});

describe('closing', () => {
  test('A13: ends every reader with a code that tells it to reconnect, and leaves nothing', async () => {
    const { log, fanOut, read, leftovers } = harness();
    const writer = await Writer.start(log);
    await writer.tokens(1);
    const waiting = read();
    const paging = read({ pace: () => flush() });
    await flush();
    await fanOut.close();
    expect(leftovers()).toEqual(NOTHING);
    await expect(waiting.done).rejects.toMatchObject({ code: 'closed' });
    await expect(paging.done).rejects.toMatchObject({ code: 'closed' });
    await expect(read().done).rejects.toMatchObject({ code: 'closed' });
  });

  test('A13: works even while the log does not answer', async () => {
    const { log, fanOut, read } = harness();
    await Writer.start(log);
    log.isDown = true;
    const opening = read();
    await flush();
    await fanOut.close();
    await expect(opening.done).rejects.toMatchObject({ code: 'closed' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
