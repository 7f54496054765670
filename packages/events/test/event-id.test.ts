import { compareEventIds, eventIdSchema, formatEventId, parseEventId } from '@runtape/events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const incarnation = fc.stringMatching(/^[0-9a-z]{4,16}$/);
const seq = fc.nat({ max: 999_999_999_999_999 });

describe('event ids', () => {
  test('F2: the parts of an id are decoded as they were encoded', () => {
    const property = fc.property(fc.record({ incarnation, seq }), (parts) => {
      expect(parseEventId(formatEventId(parts))).toEqual(parts);
    });
    fc.assert(property);
  });

  test('can be the id of a server-sent event: plain ASCII on one line', () => {
    const property = fc.property(fc.record({ incarnation, seq }), (parts) => {
      expect(formatEventId(parts)).toMatch(/^[0-9a-z-]+$/);
    });
    fc.assert(property);
  });

  test('a readable id is written the same way', () => {
    const nearly = fc.stringMatching(/^[0-9a-z]{3,17}-[0-9]{1,16}$/);
    const property = fc.property(nearly, (text) => {
      const parts = parseEventId(text);
      fc.pre(parts !== null);
      expect(parts && formatEventId(parts)).toBe(text);
    });
    fc.assert(property);
  });

  test.for([
    '',
    '-',
    '17',
    'abcd',
    'abcd-',
    '-17',
    'abc-17',
    'ABCD-17',
    'abcd-017',
    'abcd--17',
    'abcd-1.5',
    'abcd-1e3',
    'abcd-17 ',
    ' abcd-17',
    'abcd-17\n',
    'abcd-17\u0000',
    'abcd-١٧',
    `${'a'.repeat(17)}-1`,
    'abcd-1234567890123456',
  ])('B4: %j is not an event id', (text) => {
    expect(parseEventId(text)).toBeNull();
    expect(eventIdSchema.safeParse(text).success).toBe(false);
  });

  test.for([
    { incarnation: 'abc', seq: 1 },
    { incarnation: 'abcd', seq: -1 },
    { incarnation: 'abcd', seq: 1.5 },
    { incarnation: 'abcd', seq: Number.NaN },
    { incarnation: 'abcd', seq: 1e21 },
  ])('%o is refused as the parts of an event id', (parts) => {
    expect(() => formatEventId(parts)).toThrow(/event id looks like/);
  });

  test('ids of one incarnation are ordered by number, not as text', () => {
    const property = fc.property(incarnation, seq, seq, (one, a, b) => {
      const [left, right] = [a, b].map((n) => formatEventId({ incarnation: one, seq: n }));
      if (left === undefined || right === undefined) throw new TypeError('two ids');
      expect(Math.sign(compareEventIds(left, right) ?? Number.NaN)).toBe(Math.sign(a - b));
    });
    fc.assert(property);
  });

  test('F2: ids of different incarnations have no order', () => {
    const a = formatEventId({ incarnation: 'aaaa', seq: 1 });
    const b = formatEventId({ incarnation: 'bbbb', seq: 1 });
    expect(compareEventIds(a, b)).toBeNull();
  });
});
