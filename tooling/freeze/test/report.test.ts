import { expect, test } from 'vitest';
import { formatTable, problemOf } from '../src/report.ts';
import type { Outcome } from '../src/run-attacks.ts';

const LIMIT_MS = 2000;
const outcome: Outcome = {
  store: 'sqlite',
  attack: 'batches',
  result: '400, 300 bytes',
  error: null,
  requests: 80,
  failed: 0,
  worstMs: 2040,
  idleMs: 40,
};

test('K1: a slow answer is reported with its attack and duration', () => {
  expect(problemOf(outcome, LIMIT_MS)).toBe(null);
  expect(problemOf({ ...outcome, worstMs: 2041 }, LIMIT_MS)).toBe(
    'sqlite: batches: an answer took 2041 ms, that of an idle server 40 ms; it may be 2000 ms slower at most.',
  );
});

test('K1: a missing answer and a failed attack are reported', () => {
  expect(problemOf({ ...outcome, failed: 3 }, LIMIT_MS)).toBe(
    'sqlite: batches: 3 requests were not answered.',
  );
  expect(problemOf({ ...outcome, error: 'fetch failed' }, LIMIT_MS)).toBe(
    'sqlite: batches failed: fetch failed',
  );
});

test('K1: the table has a row for each attack', () => {
  expect(
    formatTable([outcome, { ...outcome, attack: 'deep-json', failed: 1 }]).split('\n'),
  ).toEqual([
    'store   attack     slowest answer  idle server  requests          what the server did',
    'sqlite  batches    2040 ms         40 ms        80                400, 300 bytes',
    'sqlite  deep-json  2040 ms         40 ms        80, 1 unanswered  400, 300 bytes',
  ]);
});
