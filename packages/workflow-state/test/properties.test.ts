import { workflowSnapshotSchema } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { draftText } from '@runtape/workflow-state';
import { anyLog } from './arbitrary-entries.ts';
import { entriesOf, foldAll, started, token } from './entries.ts';

test('F9: the fold of a beginning and the fold of the rest make the fold of all', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), (log, cut) => {
      const beginning = foldAll(log.slice(0, cut));
      expect(foldAll(log.slice(cut), beginning)).toStrictEqual(foldAll(log));
    }),
  );
});

test('F1: entries that come again, in any overlap, change nothing', () => {
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

test('F9: a fold leaves the state before it as it was', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), (log, cut) => {
      const before = foldAll(log.slice(0, cut));
      const copy = structuredClone(before);
      foldAll(log.slice(cut), before);
      expect(before).toStrictEqual(copy);
    }),
  );
});

test('F3: 100,000 tokens fold in a moment', () => {
  const pieces = Array.from({ length: 100_000 }, (_, index) => token(`word${index} `));
  const entries = entriesOf(started, ...pieces);
  const begun = process.cpuUsage();
  const text = draftText(foldAll(entries));
  // Quadratic work, such as copying the text or an array for each token, takes far more of the processor, busy or not.
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(5000);
  expect(text.length).toBe(
    pieces.reduce((sum, { data }) => sum + ('content' in data ? data.content.length : 0), 0),
  );
});
