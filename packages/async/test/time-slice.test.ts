import { expect, test } from 'vitest';
import { TimeSlice, yieldToEventLoop } from '../src/index.ts';

test('K1: a slice is due once its time is used up, and begins anew after a yield', async () => {
  let now = 0;
  const slice = new TimeSlice({ ms: 10, now: () => now });
  now = 9;
  expect(slice.due).toBe(false);
  now = 10;
  expect(slice.due).toBe(true);
  await slice.yield();
  expect(slice.due).toBe(false);
  now = 20;
  expect(slice.due).toBe(true);
});

test('K1: a timer that is due runs during long work that yields', async () => {
  const timer = { ticked: false };
  setTimeout(() => {
    timer.ticked = true;
  }, 1);
  const slice = new TimeSlice({ ms: 1 });
  let rounds = 0;
  while (!timer.ticked && rounds < 1_000_000) {
    rounds += 1;
    if (slice.due) await slice.yield();
  }
  expect(timer.ticked).toBe(true);
});

test('K1: a yield lets a macrotask run, which a settled promise does not', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('immediate'));
  await Promise.resolve();
  order.push('settled');
  await yieldToEventLoop();
  order.push('yielded');
  expect(order).toEqual(['settled', 'immediate', 'yielded']);
});

test('K1: a yield throws the reason of an aborted signal', async () => {
  const slice = new TimeSlice({ signal: AbortSignal.abort(new Error('gone')) });
  await expect(slice.yield()).rejects.toThrow('gone');
});
