import { expect, test } from 'vitest';
import { runSync, runInSlices, type SlicedWork } from '../src/index.ts';

/** Counts to a number, and records the count after each step. */
function* count(to: number, taken: number[] = []): SlicedWork<number> {
  for (let counted = 1; counted <= to; counted += 1) {
    taken.push(counted);
    yield;
  }
  return to;
}

function* countTwice(to: number): SlicedWork<number> {
  return (yield* count(to)) + (yield* count(to));
}

test('K1: work in steps has the same result with and without slices', async () => {
  expect(runSync(countTwice(100))).toBe(200);
  expect(await runInSlices(countTwice(100))).toBe(200);
});

test('K1: work yields once its slice is used up, and continues where it stopped', async () => {
  let now = 0;
  const taken: number[] = [];
  const result = runInSlices(count(10, taken), { ms: 5, now: () => (now += 1) });
  expect(taken.length).toBeLessThan(10);
  expect(await result).toBe(10);
  expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('K1: an abort ends work at its next yield point', async () => {
  const abort = new AbortController();
  const taken: number[] = [];
  const result = runInSlices(count(10, taken), { ms: 0, signal: abort.signal });
  abort.abort(new Error('gone'));
  await expect(result).rejects.toThrow('gone');
  expect(taken.length).toBeLessThan(10);
});
