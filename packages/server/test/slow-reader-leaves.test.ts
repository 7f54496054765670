import { TestLog } from '@runtape/testing';
import { expect, test, vi } from 'vitest';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';

const ORIGIN = 'http://127.0.0.1';
/** More values than the web streams of a response buffer. */
const MAX_HELD = 12;

/** Requests a stream, and reads only its first chunk. */
async function stall(started: ReturnType<typeof startApi>, path: string, leave: AbortSignal) {
  const response = await started.api.fetch(new Request(`${ORIGIN}${path}`, { signal: leave }));
  const reader = response.body?.getReader();
  await reader?.read();
  return reader;
}

function subscription(name: string, input: object): string {
  return `/trpc/${name}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
}

/** Waits until pending work in memory is done and Node has reported unhandled rejections. */
async function untilQuiet(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Returns the unhandled rejections while a function runs; the first one would end a server. */
async function unhandledIn(run: () => Promise<void>): Promise<readonly unknown[]> {
  const unhandled = vi.fn<(error: unknown) => void>();
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', unhandled);
  try {
    await run();
    await untilQuiet();
  } finally {
    process.removeListener('unhandledRejection', unhandled);
    for (const other of others) process.on('unhandledRejection', other);
  }
  return unhandled.mock.calls.map(([error]) => error);
}

test.each([
  ['a workflow', 'onWorkflowEvents'],
  ['a thread', 'onThreadEvents'],
])(
  'A10, A13: a client of %s that stalls and then leaves does not crash the server',
  async (_what, name) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log, { threadId: 'thread-1' });
    const path = subscription(name, { workflowId: testLog.workflowId, threadId: 'thread-1' });

    // The number of buffered values varies; with one of these counts the last value stalls.
    for (let events = 1; events <= MAX_HELD; events += 1) {
      await testLog.status('more');
      const unhandled = await unhandledIn(async () => {
        const leave = new AbortController();
        const reader = await stall(started, path, leave.signal);
        await untilQuiet();
        leave.abort();
        await reader?.cancel();
        await eventually(() => expect(started.fanOut.tailCount).toBe(0));
      });
      expect(unhandled).toEqual([]);
    }
  },
);

test('A10, B4: clients that stall do not crash a server that is about to stop', async () => {
  for (let events = 1; events <= MAX_HELD; events += 1) {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    for (let made = 0; made < events; made += 1) await testLog.status('more');
    const path = subscription('onWorkflowEvents', { workflowId: testLog.workflowId });

    const unhandled = await unhandledIn(async () => {
      const reader = await stall(started, path, new AbortController().signal);
      await untilQuiet();
      started.api.drain();
      await untilQuiet();
      await reader?.cancel();
      await eventually(() => expect(started.fanOut.tailCount).toBe(0));
    });
    expect(unhandled).toEqual([]);
  }
});
