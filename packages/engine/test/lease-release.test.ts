import { sleep } from '@runtape/async';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createWorker, defineWorkflow, RetryableError } from '../src/index.ts';
import { openHarness } from './harness.ts';
import { gatedLog } from './gated-log.ts';
import { passTime } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

test('F5: a renewal in flight finishes before the lease is released, so that it cannot restore the lease', async () => {
  await using harness = openHarness();
  const calls: string[] = [];
  const inner = createMemoryEventLog({ store: harness.store });
  const log = {
    ...gatedLog(inner, async () => undefined),
    renew: async (...given: Parameters<typeof inner.renew>) => {
      calls.push('renewing');
      await sleep(2_000, new AbortController().signal);
      await inner.renew(...given);
      calls.push('renewed');
    },
    release: async (...given: Parameters<typeof inner.release>) => {
      calls.push('released');
      await inner.release(...given);
    },
  };
  const run = async (): Promise<never> => {
    // While the first renewal is in progress.
    await sleep(3_500, new AbortController().signal);
    throw new RetryableError('not_yet', 'Not yet.', { retryAfterMs: 60_000 });
  };
  const definitions = [defineWorkflow({ name: 'test', input: z.null(), result: z.null(), run })];
  const worker = createWorker({ log, queue: harness.queue, definitions, leaseMs: 9_000 });
  await worker.start();
  const workflowId = await harness.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toEqual(['renewing', 'renewed', 'released']);
  expect(await harness.record(workflowId)).toMatchObject({ status: 'retrying', leaseUntil: null });
  await passTime(worker.stop({ graceMs: 0 }));
});
