import { expect, test } from 'vitest';
import { longestTurn, threadMs } from '../src/event-loop.ts';

function compute(ms: number): void {
  const until = threadMs() + ms;
  while (threadMs() < until);
}

test('K1: a turn counts the computing time of its thread, and the longest of several turns is reported', async () => {
  const longest = await longestTurn(async () => {
    compute(5);
    await new Promise(setImmediate);
    compute(40);
    await new Promise(setImmediate);
    compute(5);
  });
  expect(longest).toBeGreaterThanOrEqual(40);
});

test('K1: a turn does not count time the thread waits, as on a busy machine', async () => {
  const longest = await longestTurn(async () => {
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(nothing, 0, 0, 300);
    await new Promise(setImmediate);
  });
  expect(longest).toBeLessThan(300);
});

test('K1: a turn at the end of the work counts, too', async () => {
  expect(await longestTurn(() => compute(40))).toBeGreaterThanOrEqual(40);
});
