import { expect, test } from 'vitest';
import type { Table } from '../src/bench.ts';
import { drawChart } from '../src/report/draw-chart.ts';
import { summarize } from '../src/report/result.ts';
import { putBetween } from '../src/report/put-between.ts';

const table: Table = {
  title: 'watchers & <friends>',
  unit: 'events/s',
  better: 'more',
  limit: 'bare',
  rows: [
    { name: 'bare', values: [200], isOurs: false },
    { name: 'ours', values: [100], isOurs: true, goal: { ratio: 0.75 } },
  ],
};

test('E16: a chart has a bar for each row, as long as its figure, and a line for its goal', () => {
  const chart = drawChart([summarize('fan-out', table)]);
  const bars = [...chart.matchAll(/<rect class="([^"]+)"[^>]* width="([\d.]+)"/g)];
  expect(bars.map(([, kind]) => kind)).toEqual(['bar limit', 'bar own']);
  const [bare = 0, ours = 0] = bars.map(([, , width]) => Number(width));
  expect(ours / bare).toBeCloseTo(0.5);
  expect(chart.match(/<line class="goal"/g)).toHaveLength(1);
});

test('E16: a chart has room for its longest label beside its bars, and marks missed goals', () => {
  const name = 'a label that is longer than most: LPUSH, PUBLISH, generator';
  const rows = [{ name, values: [9], isOurs: true, goal: { value: 10 } }];
  const chart = drawChart([summarize('fan-out', { ...table, limit: undefined, rows })]);
  const [, barsAt] = /<rect [^>]* x="(\d+)"/.exec(chart) ?? [];
  // A bold letter of 13 px is up to 7.6 px wide on average.
  expect(Number(barsAt)).toBeGreaterThan(20 + name.length * 7.6);
  expect(chart).toContain('9.00 · goal missed');
});

test('E16: a chart is a standalone document, for light and dark pages', () => {
  const chart = drawChart([summarize('fan-out', table)]);
  expect(chart).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
  expect(chart).toContain('@media (prefers-color-scheme: dark)');
  expect(chart).toContain('watchers &amp; &lt;friends>');
});

test('E16: new tables replace the old ones, and nothing else changes', () => {
  const page =
    'before\n<!-- bench: a -->\nold\n<!-- end -->\n<!-- bench: b -->\nkept\n<!-- end -->';
  expect(putBetween(page, 'a', 'new')).toBe(
    'before\n<!-- bench: a -->\n\nnew\n\n<!-- end -->\n<!-- bench: b -->\nkept\n<!-- end -->',
  );
  expect(() => putBetween(page, 'c', 'new')).toThrow('no place for c');
});
