import { eventIdSchema, workflowIdSchema } from '@runtape/events';
import {
  assert,
  constantFrom,
  integer,
  option,
  property,
  record,
  string,
  tuple,
  uniqueArray,
} from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatThreadCursor,
  readThreadCursor,
  THREAD_START,
  type ThreadCursor,
} from '../src/threads/thread-cursor.ts';

const LETTERS = Array.from('0123456789abcdefghijklmnopqrstuvwxyz');

const lowercase = (min: number, max: number) =>
  string({
    unit: constantFrom(...LETTERS),
    minLength: min,
    maxLength: max,
  });

const position = integer({ min: 0, max: 2 ** 42 });

const cursors = tuple(
  position,
  uniqueArray(
    record({
      workflowId: lowercase(16, 32).map((rest) => workflowIdSchema.parse(`wf_${rest}`)),
      after: option(
        tuple(lowercase(8, 8), integer({ min: 0, max: 1e9 })).map(([incarnation, seq]) =>
          eventIdSchema.parse(`${incarnation}-${seq}`),
        ),
      ),
      above: option(integer({ min: 1, max: 1000 })),
    }),
    { maxLength: 20, selector: ({ workflowId }) => workflowId },
  ),
).map(([at, entries]): ThreadCursor => ({
  position: at,
  entries: entries.map(({ above, ...entry }) => ({
    ...entry,
    position: above === null ? null : at + above,
  })),
}));

test('C4: a cursor is decoded as it was encoded, and is safe in headers, URLs and the field id', () => {
  assert(
    property(cursors, (cursor) => {
      const text = formatThreadCursor('thread-1', cursor);
      expect(text).toMatch(/^[0-9a-z.~-]+$/);
      expect(encodeURIComponent(text)).toBe(text);
      expect(readThreadCursor('thread-1', text)).toEqual(cursor);
    }),
  );
});

test.for([null, undefined, ''])('without a cursor the reader begins at the start: %o', (text) => {
  expect(readThreadCursor('thread-1', text)).toEqual(THREAD_START);
});

const good = formatThreadCursor('thread-1', {
  position: 77,
  entries: [
    {
      workflowId: workflowIdSchema.parse('wf_0123456789abcdef'),
      after: eventIdSchema.parse('k3v9x2ab-17'),
      position: 80,
    },
  ],
});

test.for([
  'k3v9x2ab-17',
  'nonsense',
  '~',
  't1',
  good.replace(/^t1/, 't2'),
  `${good}~`,
  `${good}.1`,
  `${good}~${good.split('~')[1] ?? ''}`,
  good.replace('k3v9x2ab-17', 'K3V9X2AB-17'),
  good.replace('0123456789abcdef', '0123'),
  good.replace(/\.[^.]+$/, '.1'),
  good.replace(/\.[^.]+$/, '.-5'),
  `${good}\n`,
  `${good} `,
  `${good}é`,
  `t1.1.1${'~0123456789abcdef.'.repeat(2000)}`,
])('a malformed cursor is refused: %o', (text) => {
  expect(() => readThreadCursor('thread-1', text)).toThrow(
    expect.objectContaining({ code: 'malformed_cursor' }),
  );
});

test('a cursor of another thread is refused, because it would skip events of this one', () => {
  expect(() => readThreadCursor('thread-2', good)).toThrow(/another thread/);
});
