import { expect, test, vi } from 'vitest';
import { TimeSlice, yieldToEventLoop } from '../src/index.ts';

test('K1: a slice is due once its time is used up, and starts again after a yield', async () => {
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

test('K1: of all tasks that yield at the same time, one continues per turn of the event loop, in order', async () => {
  const TASKS = 50;
  let turn = 0;
  let counting = setImmediate(function count() {
    turn += 1;
    counting = setImmediate(count);
  });
  const turns = await Promise.all(
    Array.from({ length: TASKS }, async () => {
      await yieldToEventLoop();
      return turn;
    }),
  );
  clearImmediate(counting);
  expect(new Set(turns).size).toBe(TASKS);
  expect(turns).toEqual(turns.toSorted((a, b) => a - b));
});

test('K1: many tasks in slices delay a timer no longer than one does', async () => {
  const TASKS = 50;
  const ROUNDS = 5;
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  const work = async () => {
    const slice = new TimeSlice({ ms: 1 });
    for (let round = 0; round < ROUNDS; round += 1) {
      const until = performance.now() + 1;
      while (performance.now() < until);
      if (slice.due) await slice.yield();
    }
  };
  await Promise.all(Array.from({ length: TASKS }, work));
  clearInterval(timer);
  // One tick per slice, except for the first slices, which begin together. If all tasks continued
  // in one turn, there would be one tick per round.
  expect(ticks).toBeGreaterThan((TASKS * ROUNDS) / 4);
});

test('K1: a yield ends even if the clock it was planned with is gone', async () => {
  vi.useFakeTimers();
  const planned = yieldToEventLoop();
  vi.useRealTimers();
  await yieldToEventLoop();
  await expect(planned).resolves.toBeUndefined();
});

test('K1: a yield throws the reason of an aborted signal', async () => {
  const slice = new TimeSlice({ signal: AbortSignal.abort(new Error('gone')) });
  await expect(slice.yield()).rejects.toThrow('gone');
});
