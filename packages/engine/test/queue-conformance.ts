import type { WorkflowId } from '@runtape/events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { newWorkflowId, type WorkflowQueue } from '../src/index.ts';

export interface QueueStore extends AsyncDisposable {
  readonly queue: WorkflowQueue;
}

export interface QueueConformance {
  readonly name: string;
  /** A fresh, empty queue. Disposing closes it and its resources. */
  readonly open: () => Promise<QueueStore>;
}

/** Handlers that wait until they are released. */
function gate(): {
  handled: WorkflowId[];
  running: () => number;
  open: () => void;
  handler: (id: WorkflowId) => Promise<void>;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  const handled: WorkflowId[] = [];
  let running = 0;
  return {
    handled,
    running: () => running,
    open: resolve,
    handler: async (id) => {
      handled.push(id);
      running += 1;
      await promise;
      running -= 1;
    },
  };
}

/** The tests that every queue must pass. */
export function testQueue({ name, open }: QueueConformance): void {
  describe(`queue: ${name}`, () => {
    const use = async (): Promise<WorkflowQueue> => {
      const store = await open();
      onTestFinished(() => store[Symbol.asyncDispose]());
      return store.queue;
    };

    test('C1: an enqueued workflow reaches a handler, even if there was no consumer yet', async () => {
      const queue = await use();
      const [early, late] = [newWorkflowId(), newWorkflowId()];
      const handled: WorkflowId[] = [];
      await queue.enqueue(early);
      queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
      await vi.waitFor(() => expect(handled).toEqual([early]));
      await queue.enqueue(late);
      await vi.waitFor(() => expect(handled).toEqual([early, late]));
    });

    test('C1: only one of two consumers gets it', async () => {
      const queue = await use();
      const ids = Array.from({ length: 20 }, () => newWorkflowId());
      const handled: WorkflowId[] = [];
      for (let n = 0; n < 2; n += 1) {
        queue.consume(async (id) => void handled.push(id), { concurrency: 2 });
      }
      for (const id of ids) await queue.enqueue(id);
      await vi.waitFor(() => expect(handled.length).toBeGreaterThanOrEqual(ids.length));
      expect(handled.toSorted()).toEqual(ids.toSorted());
    });

    test('K2: owners take turns: one with many waiting workflows does not make the others wait for all of them', async () => {
      const queue = await use();
      const names = new Map<WorkflowId, string>();
      const enqueue = async (owner: string): Promise<void> => {
        const id = newWorkflowId();
        names.set(id, owner);
        await queue.enqueue(id, { owner });
      };
      for (let n = 0; n < 30; n += 1) await enqueue('ada');
      for (const owner of ['bo', 'cy', 'bo']) await enqueue(owner);
      const handled: string[] = [];
      queue.consume(async (id) => void handled.push(names.get(id) ?? ''), { concurrency: 1 });
      await vi.waitFor(() => expect(handled).toHaveLength(33));
      expect(handled.slice(0, 5).toSorted()).toEqual(['ada', 'ada', 'bo', 'bo', 'cy']);
    });

    test('F5: a waiting workflow is not enqueued a second time', async () => {
      const queue = await use();
      const [twice, after] = [newWorkflowId(), newWorkflowId()];
      await queue.enqueue(twice);
      await queue.enqueue(twice);
      await queue.enqueue(after);
      const handled: WorkflowId[] = [];
      queue.consume(async (id) => void handled.push(id), { concurrency: 1 });
      await vi.waitFor(() => expect(handled).toContain(after));
      expect(handled).toEqual([twice, after]);
    });

    test('the number of concurrent handlers stays within the limit of the consumer', async () => {
      const queue = await use();
      const gated = gate();
      for (let n = 0; n < 5; n += 1) await queue.enqueue(newWorkflowId());
      let most = 0;
      const handler = async (id: WorkflowId): Promise<void> => {
        const done = gated.handler(id);
        most = Math.max(most, gated.running());
        await done;
      };
      queue.consume(handler, { concurrency: 2 });
      await vi.waitFor(() => expect(gated.running()).toBe(2));
      gated.open();
      await vi.waitFor(() => expect(gated.handled.length).toBe(5));
      expect(most).toBe(2);
    });

    test('a delayed wake-up comes at its time, not before', async () => {
      const queue = await use();
      const handled: number[] = [];
      queue.consume(async () => void handled.push(performance.now()), { concurrency: 1 });
      const askedAt = performance.now();
      await queue.enqueue(newWorkflowId(), { delayMs: 200 });
      await vi.waitFor(() => expect(handled.length).toBe(1));
      // A timer may fire a fraction of a millisecond early.
      expect(handled[0]).toBeGreaterThanOrEqual(askedAt + 199);
    });

    test('F5: a handler may ask for the next wake-up of its own workflow, now or later', async () => {
      const queue = await use();
      const workflowId = newWorkflowId();
      let calls = 0;
      const handler = async (id: WorkflowId): Promise<void> => {
        calls += 1;
        if (calls === 1) await queue.enqueue(id, { delayMs: 0 });
        if (calls === 2) await queue.enqueue(id, { delayMs: 20 });
      };
      queue.consume(handler, { concurrency: 1 });
      await queue.enqueue(workflowId);
      await vi.waitFor(() => expect(calls).toBe(3));
    });

    test('F5: a handled workflow can be enqueued again', async () => {
      const queue = await use();
      const workflowId = newWorkflowId();
      let calls = 0;
      queue.consume(async () => void (calls += 1), { concurrency: 1 });
      for (let expected = 1; expected <= 3; expected += 1) {
        await vi.waitFor(async () => {
          await queue.enqueue(workflowId);
          expect(calls).toBeGreaterThanOrEqual(expected);
        });
      }
    });

    test('a handler that fails counts as handled, and the next one gets its turn', async () => {
      const queue = await use();
      const [bad, good] = [newWorkflowId(), newWorkflowId()];
      const handled: WorkflowId[] = [];
      const handler = async (id: WorkflowId): Promise<void> => {
        handled.push(id);
        if (id === bad) throw new Error('a handler that breaks its promise');
      };
      queue.consume(handler, { concurrency: 1 });
      await queue.enqueue(bad);
      await queue.enqueue(good);
      await vi.waitFor(() => expect(handled).toContain(good));
      expect(handled).toEqual([bad, good]);
    });

    test('a paused consumer takes nothing more; running handlers continue', async () => {
      const queue = await use();
      const gated = gate();
      const consumer = queue.consume(gated.handler, { concurrency: 2 });
      const [first, second, mark] = [newWorkflowId(), newWorkflowId(), newWorkflowId()];
      await queue.enqueue(first);
      await vi.waitFor(() => expect(gated.handled).toEqual([first]));
      await consumer.pause();
      await queue.enqueue(second);
      await queue.enqueue(mark);
      const others: WorkflowId[] = [];
      queue.consume(async (id) => void others.push(id), { concurrency: 1 });
      await vi.waitFor(() => expect(others.toSorted()).toEqual([second, mark].toSorted()));
      expect(gated.handled).toEqual([first]);
      expect(gated.running()).toBe(1);
      gated.open();
      await consumer.close();
      expect(gated.running()).toBe(0);
    });

    test('A13: closing a consumer waits for its running handlers', async () => {
      const queue = await use();
      const gated = gate();
      const consumer = queue.consume(gated.handler, { concurrency: 1 });
      await queue.enqueue(newWorkflowId());
      await vi.waitFor(() => expect(gated.running()).toBe(1));
      let isClosed = false;
      const closing = consumer.close().then(() => (isClosed = true));
      expect(isClosed).toBe(false);
      gated.open();
      await closing;
      expect(gated.running()).toBe(0);
      await consumer.close();
    });

    test('A13: a closed queue accepts nothing, and can be closed twice', async () => {
      const queue = await use();
      await queue.enqueue(newWorkflowId(), { delayMs: 60_000 });
      await queue.close();
      await queue.close();
      await expect(queue.enqueue(newWorkflowId())).rejects.toThrow(Error);
    });
  });
}
