import { expect, test } from 'vitest';
import type { Table } from '../src/bench.ts';
import { interleave } from '../src/measure/rounds.ts';
import { median, quantile } from '../src/measure/statistics.ts';
import { readOptions } from '../src/options.ts';
import { formatMarkdown, formatTable } from '../src/report/format-table.ts';
import { summarize } from '../src/report/result.ts';

const table: Table = {
  title: 'many watchers',
  unit: 'events/s',
  better: 'more',
  limit: 'bare',
  rows: [
    { name: 'bare', values: [100, 200, 400], isOurs: false },
    { name: 'ours', values: [95, 190, 300], isOurs: true, goal: { ratio: 0.95 } },
    { name: 'slow', values: [10, 20, 40], isOurs: true, goal: { value: 50 } },
  ],
};

test('E16: a result compares measurements of the same round', () => {
  const [bare, ours, slow] = summarize('fan-out', table).results;
  expect(bare).toMatchObject({ value: 200, limit: 200, ratio: 1, goal: null, ok: null });
  expect(ours).toMatchObject({
    bench: 'fan-out',
    name: 'many watchers: ours',
    value: 190,
    ratio: 0.95,
    goal: '≥ 0.95 × limit',
    ok: true,
    spread: [95, 300],
  });
  expect(slow).toMatchObject({ value: 20, ratio: 0.1, goal: '≥ 50 events/s', ok: false });
});

test('E16: a goal is shown with thousands separators', () => {
  const rows = [{ name: 'ours', values: [5900], isOurs: true, goal: { value: 6000 } }];
  const [ours] = summarize('running', { ...table, limit: undefined, rows }).results;
  expect(ours?.goal).toBe('≥ 6,000 events/s');
});

test('E16: a table shows its number of rounds, which may be smaller than requested', () => {
  expect(summarize('fan-out', table)).toMatchObject({ rounds: 3 });
  expect(summarize('fan-out', { ...table, rows: [] })).toMatchObject({ rounds: 0 });
});

test('E16: where less is better, a goal is a maximum', () => {
  const rows = [
    { name: 'bare', values: [10], isOurs: false },
    { name: 'ours', values: [15], isOurs: true, goal: { ratio: 1.4 } },
  ];
  const [, ours] = summarize('connections', {
    ...table,
    better: 'less',
    unit: 'KiB',
    rows,
  }).results;
  expect(ours).toMatchObject({ goal: '≤ 1.4 × limit', ok: false });
});

test('E16: tables show which goals were reached and which were missed', () => {
  const summary = summarize('fan-out', table);
  expect(formatTable(summary)).toMatch(/ours .*190 .*95 to 300 .*0\.95 .*≥ 0\.95 × limit +reached/);
  expect(formatMarkdown(summary)).toContain(
    '| **slow** | 20 | 10 to 40 | 0.10 | ≥ 50 events/s | **missed** |',
  );
});

test('E16: rounds are interleaved, each starts with a different target, and the first does not count', async () => {
  const asked: string[] = [];
  const targets = new Map(['a', 'b'].map((name) => [name, null]));
  const options = { rounds: 2, isQuick: false };
  const measured = await interleave(targets, options, (_, name, isWarmUp) => {
    asked.push(isWarmUp ? `(${name})` : name);
    return Promise.resolve(asked.length);
  });
  expect(asked).toEqual(['(a)', '(b)', 'b', 'a', 'a', 'b']);
  expect(measured.get('a')).toEqual([4, 5]);
});

test('E16: a median is the middle value, and a quantile may lie between two values', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 3, 10])).toBe(2.5);
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
});

test('E16: the command line is read, or refused with a hint', () => {
  expect(readOptions(['fan-out', '--quick'])).toMatchObject({ names: ['fan-out'], rounds: 1 });
  expect(readOptions(['--rounds', '7'])).toMatchObject({ rounds: 7, isQuick: false });
  expect(() => readOptions(['fan-in'])).toThrow('There is no bench "fan-in". There are fan-out');
  expect(() => readOptions(['--rounds', '0'])).toThrow(
    '--rounds must be a whole number from 1 to 100.',
  );
  expect(() => readOptions(['--quick', '--save'])).toThrow('so they cannot be saved');
  expect(() => readOptions(['--fast'])).toThrow(/^Unknown option '--fast'\.$/);
  expect(() => readOptions(['--rounds'])).toThrow(/^Option '--rounds <value>' argument missing\.$/);
});
