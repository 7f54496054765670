import { expect, test } from 'vitest';
import { StreamStatistics } from '../src/metrics/stream-statistics.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 1, 12, 0);

function startStatistics() {
  const clock = { now: START };
  return { clock, statistics: new StreamStatistics({ now: () => clock.now }) };
}

test('D7: totals, success rate, average duration and events per stream', () => {
  const { statistics } = startStatistics();
  for (let n = 0; n < 5; n += 1) statistics.opened();
  statistics.ended('completed', { durationMs: 1000, events: 10 });
  statistics.ended('completed', { durationMs: 2000, events: 30 });
  statistics.ended('left', { durationMs: 600, events: 0 });
  statistics.ended('failed', { durationMs: 400, events: 4 });

  expect(statistics.report()).toMatchObject({
    since: START,
    open: 1,
    opened: 5,
    completed: 2,
    left: 1,
    failed: 1,
    successRate: 0.75,
    averageDurationMs: 1000,
    averageEvents: 11,
  });
});

test('D7: before any stream has ended there is neither a rate nor an average', () => {
  const { statistics } = startStatistics();
  statistics.opened();

  expect(statistics.report()).toMatchObject({
    successRate: null,
    averageDurationMs: null,
    averageEvents: null,
  });
});

test('D7: streams count in the five minutes in which they were opened and ended', () => {
  const { clock, statistics } = startStatistics();
  statistics.opened();
  clock.now += 6 * MINUTE_MS;
  statistics.ended('failed', { durationMs: 6 * MINUTE_MS, events: 7 });

  expect(statistics.report().bins).toEqual([
    { at: START, opened: 1, completed: 0, left: 0, failed: 0, durationMs: 0, events: 0 },
    {
      at: START + 5 * MINUTE_MS,
      opened: 0,
      completed: 0,
      left: 0,
      failed: 1,
      durationMs: 6 * MINUTE_MS,
      events: 7,
    },
  ]);
});

test('D7: streams older than a day are no longer listed by time, but still count in the totals', () => {
  const { clock, statistics } = startStatistics();
  statistics.opened();
  clock.now += 24 * 60 * MINUTE_MS;
  statistics.opened();

  const { opened, bins } = statistics.report();
  expect(opened).toBe(2);
  expect(bins.map(({ at }) => at)).toEqual([clock.now]);
});
