import { createMemoryEventLog } from '@runtape/event-log/memory';
import { newWorkflowId } from '@runtape/engine';
import { beforeEach, expect, test } from 'vitest';
import { stampEvent } from '../src/emit/stamp-event.ts';
import { WaitingRetries } from '../src/worker/waiting-retries.ts';

const START = Date.parse('2026-03-04T05:06:07.000Z');
const time = { now: START, elapsed: 0 };
const pass = (ms: number): void => {
  time.now += ms;
  time.elapsed += ms;
};

beforeEach(() => Object.assign(time, { now: START, elapsed: 0 }));

/** A workflow that waits for its next attempt, written by a process whose clock is ahead. */
async function waiting({ inMs, aheadMs = 0 }: { inMs: number; aheadMs?: number }) {
  const log = createMemoryEventLog({ now: () => time.now });
  const workflowId = newWorkflowId();
  await log.create({
    workflowId,
    workflow: 'test',
    input: null,
    summary: { title: 't', target: 't' },
  });
  const { attempt } = await log.begin(workflowId, { leaseMs: 1 });
  const reason = { code: 'x', message: 'x' };
  const data = { attempt: 2, maxAttempts: 3, inMs, reason };
  const event = stampEvent(
    { type: 'workflow:retrying', data },
    { at: time.now + aheadMs, attempt },
  );
  await log.append(workflowId, { attempt, after: 0, events: [event] });
  const retries = new WaitingRetries({
    log,
    now: () => time.now,
    elapsed: () => time.elapsed,
  });
  const isDue = async (): Promise<boolean> => {
    const record = await log.get(workflowId);
    return record !== null && (await retries.isDue(record));
  };
  return { isDue, retries };
}

test('F5: a retry is due at its time, and not before', async () => {
  const { isDue } = await waiting({ inMs: 5_000 });
  expect(await isDue()).toBe(false);
  pass(4_900);
  expect(await isDue()).toBe(false);
  pass(100);
  expect(await isDue()).toBe(true);
});

test('F5: a retry scheduled by a process with a clock far ahead waits no longer than its delay', async () => {
  const { isDue } = await waiting({ inMs: 5_000, aheadMs: 40_000 });
  expect(await isDue()).toBe(false);
  pass(4_900);
  expect(await isDue()).toBe(false);
  pass(100);
  expect(await isDue()).toBe(true);
});

test('F5: nor does setting our own clock back make it wait longer', async () => {
  const { isDue } = await waiting({ inMs: 5_000 });
  expect(await isDue()).toBe(false);
  time.now -= 3_600_000;
  pass(5_000);
  expect(await isDue()).toBe(true);
});

test('a retry that was taken up elsewhere is forgotten', async () => {
  const { isDue, retries } = await waiting({ inMs: 5_000, aheadMs: 40_000 });
  expect(await isDue()).toBe(false);
  pass(5_000);
  retries.keepOnly(new Set());
  expect(await isDue()).toBe(false);
});
