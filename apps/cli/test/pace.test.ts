import { makeEntry, makeToken } from '@runtape/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pace } from '../src/pace.ts';

const START = Date.UTC(2026, 0, 1);
/** The times of the events, in ms after the first; the clock of the fourth one was behind. */
const HAPPENED = [0, 1000, 1500, 1200, 61_500];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function* happened() {
  for (const [index, ms] of HAPPENED.entries()) {
    const timestamp = new Date(START + ms).toISOString();
    yield makeEntry(index + 1, makeToken(String(index), {}, { timestamp }));
  }
}

/** Replays the events, and records when each is shown, in ms after the start. */
function watch(speed: number, { slowBy = 0 } = {}) {
  const stop = new AbortController();
  const shownAt: number[] = [];
  const start = performance.now();
  const now = (): number => performance.now();
  const run = async (): Promise<void> => {
    for await (const entry of pace(happened(), { speed, signal: stop.signal, now })) {
      expect(entry.seq).toBe(shownAt.length + 1);
      shownAt.push(Math.round(performance.now() - start));
      if (slowBy > 0) await new Promise((resolve) => setTimeout(resolve, slowBy));
    }
  };
  return { shownAt, stop, ended: run() };
}

test('A4: a replay shows events as far apart as they happened', async () => {
  const { shownAt, ended } = watch(1);
  await vi.advanceTimersByTimeAsync(999);
  expect(shownAt).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(shownAt).toEqual([0, 1000]);
  await vi.advanceTimersByTimeAsync(100_000);
  await ended;
  expect(shownAt).toEqual([0, 1000, 1500, 1500, 61_500]);
});

test('A4: a replay at ten times the speed takes a tenth of the time', async () => {
  const { shownAt, ended } = watch(10);
  await vi.advanceTimersByTimeAsync(10_000);
  await ended;
  expect(shownAt).toEqual([0, 100, 150, 150, 6150]);
});

test('A4: a replay at speed 0 waits for nothing', async () => {
  const { shownAt, ended } = watch(0);
  await ended;
  expect(shownAt).toEqual([0, 0, 0, 0, 0]);
});

test('A4: a slow terminal delays a replay only where it has to', async () => {
  const { shownAt, ended } = watch(1, { slowBy: 400 });
  await vi.advanceTimersByTimeAsync(100_000);
  await ended;
  expect(shownAt).toEqual([0, 1000, 1500, 1900, 61_500]);
});

test('A4: a replay that is stopped ends in the middle of a wait and leaves no timer', async () => {
  const { shownAt, stop, ended } = watch(1);
  await vi.advanceTimersByTimeAsync(1200);
  stop.abort();
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  expect(shownAt).toEqual([0, 1000]);
  expect(vi.getTimerCount()).toBe(0);
});

test('A4: gaps longer than a timer can count are waited for', async () => {
  const stop = new AbortController();
  const now = (): number => performance.now();
  let shown = 0;
  const run = async (): Promise<void> => {
    for await (const _ of pace(happened(), { speed: 1e-5, signal: stop.signal, now })) shown += 1;
  };
  const ended = run();
  await vi.advanceTimersByTimeAsync(99_999_999);
  expect(shown).toBe(1);
  await vi.advanceTimersByTimeAsync(61_500e5);
  await ended;
  expect(shown).toBe(HAPPENED.length);
});
