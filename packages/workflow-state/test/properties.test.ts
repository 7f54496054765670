import { workflowSnapshotSchema } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { draftText } from '@runtape/github-workflows/contract';
import { anyLog } from './arbitrary-entries.ts';
import { countWork, type Work } from './count-work.ts';
import { entriesOf, foldAll, started, token } from './entries.ts';

test('F9: folding the first entries and then the rest gives the fold of all', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), (log, cut) => {
      const beginning = foldAll(log.slice(0, cut));
      expect(foldAll(log.slice(cut), beginning)).toStrictEqual(foldAll(log));
    }),
  );
});

test('F1: repeated entries, in any overlap, change nothing', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), fc.nat(60), (log, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const overlapping = [...log.slice(0, to), ...log.slice(from)];
      expect(foldAll(overlapping)).toStrictEqual(foldAll(log));
    }),
  );
});

test('F2: a snapshot survives JSON and its schema', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const state = foldAll(log);
      const sent: unknown = JSON.parse(JSON.stringify(state));
      expect(workflowSnapshotSchema.parse(sent)).toStrictEqual(state);
    }),
  );
});

test('F9: a fold does not change the previous state', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), (log, cut) => {
      const before = foldAll(log.slice(0, cut));
      const copy = structuredClone(before);
      foldAll(log.slice(cut), before);
      expect(before).toStrictEqual(copy);
    }),
  );
});

test('the work counter notices a copied text and an iterated list', () => {
  const given = { text: 'abcd', pieces: ['ab', 'cd'] };
  const method = (): unknown => Reflect.get(String.prototype, 'slice');
  const before = method();
  expect(countWork(given, ({ text }) => text.split(''))).toEqual({ reads: 1, chars: 4 });
  expect(countWork(given, ({ text }) => Array.from(text))).toEqual({ reads: 1, chars: 4 });
  expect(countWork(given, ({ text }) => text.slice(1).slice(1)).chars).toBe(7);
  expect(countWork(given, ({ pieces }) => pieces.join('')).reads).toBeGreaterThan(2);
  expect(method()).toBe(before);
});

test('F3: 100,000 tokens fold, and a late one costs no more than an early one, however long the text has become', () => {
  const pieces = Array.from({ length: 100_000 }, () => token('a word '));
  const entries = entriesOf(started, ...pieces);
  const workAt = (index: number): Work =>
    countWork(foldAll(entries.slice(0, index)), (state) =>
      foldAll(entries.slice(index, index + 1), state),
    );
  const early = workAt(2);
  expect(early.reads).toBeGreaterThan(0);
  const late = workAt(2_000);
  expect(late.reads).toBe(early.reads);
  // The numbers in the ids are longer, and the text is 14,000 characters long.
  expect(late.chars).toBeLessThan(early.chars + 100);
  // Checked last: if the cost of a token grew with the text, this would take forever.
  expect(draftText(foldAll(entries))).toBe('a word '.repeat(100_000));
});
