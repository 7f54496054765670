import { expect, test } from 'vitest';
import { busyPoints, chartPoints } from '../src/statistics/chart-data.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const noon = Date.UTC(2026, 0, 15, 12);
const bin = { at: noon, opened: 3, completed: 1, left: 1, failed: 2, durationMs: 8000, events: 40 };

test('D7: the charts of a young server begin at its start, in intervals of five minutes without gaps', () => {
  const points = chartPoints({ since: noon + MINUTE, bins: [bin] }, noon + 17 * MINUTE);
  expect(points.map(({ at }) => at - noon)).toEqual([0, 5, 10, 15].map((n) => n * MINUTE));
  expect(points[0]).toEqual({
    at: noon,
    opened: 3,
    completed: 1,
    left: 1,
    failed: 2,
    success: 50,
    seconds: 2,
    events: 10,
  });
  expect(points[1]).toMatchObject({ opened: 0, success: null, seconds: null, events: null });
});

test('D7: a server that has just started has one point', () => {
  expect(chartPoints({ since: noon, bins: [bin] }, noon)).toHaveLength(1);
});

test('D7: a server that has run for long shows only the last day', () => {
  const points = chartPoints({ since: noon - 90 * HOUR, bins: [bin] }, noon + 4 * MINUTE);
  expect(points).toHaveLength(288);
  expect(points[0]?.at).toBe(noon - 24 * HOUR + 5 * MINUTE);
});

test('D7: the table leaves out intervals in which nothing happened', () => {
  const opened = { ...bin, at: noon - 10 * MINUTE, completed: 0, left: 0, failed: 0 };
  const points = chartPoints({ since: opened.at, bins: [opened, bin] }, noon);
  expect(busyPoints(points).map(({ at }) => at)).toEqual([opened.at, bin.at]);
});
