import { expect, test, vi } from 'vitest';
import { createInProcessQueue, newWorkflowId } from '../src/index.ts';
import { testQueue } from './queue-conformance.ts';

testQueue({
  name: 'in process',
  open: async () => {
    const queue = createInProcessQueue();
    return { queue, [Symbol.asyncDispose]: () => queue.close() };
  },
});

test('A13: a closed queue leaves no timer', async () => {
  vi.useFakeTimers();
  try {
    const queue = createInProcessQueue();
    await queue.enqueue(newWorkflowId(), { delayMs: 60_000 });
    expect(vi.getTimerCount()).toBe(1);
    await queue.close();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
