import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonScan } from '../src/limits/json-scan.ts';
import { toJson } from '@runtape/engine/define';

/** The error for a text that arrives in pieces; `null` if it is accepted. */
function refusalOf(text: string, pieceBytes: number): string | null {
  const bytes = new TextEncoder().encode(text);
  const scan = new JsonScan();
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      scan.push(bytes.subarray(at, at + pieceBytes));
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
}

const spelt = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', ',', ':', '\n', 'ä', '😀') });

describe('K1: the values in a JSON text are counted before it is parsed', () => {
  test('the count is the same however the text is cut into chunks', () => {
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 1, -1.5e300, 'a'.repeat(1500)),
        spelt,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(spelt, fc.constant('\\'.repeat(600))), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 9 }), (value, pieceBytes) => {
        const text = JSON.stringify(value);
        const whole = refusalOf(text, text.length * 4);
        expect(refusalOf(text, pieceBytes)).toBe(whole);
        // A name of 600 backslashes has 1,200 bytes in JSON; nothing else exceeds a limit.
        expect(whole !== null).toBe(text.includes(`"${'\\'.repeat(1200)}":`));
      }),
    );
  });

  test.each([
    ['a name', `{"${'n'.repeat(999)}":1}`, `{"${'n'.repeat(1000)}":1}`],
    ['a name with escapes', `{"${'\\"'.repeat(499)}":1}`, `{"${'\\"'.repeat(500)}":1}`],
    ['a number', `[${'1'.repeat(400)}]`, `[${'1'.repeat(401)}]`],
    ['depth', '['.repeat(32), '['.repeat(33)],
    ['entries', `["",${'"",'.repeat(998)}""]`, `["",${'"",'.repeat(999)}""]`],
    ['a list after a text with brackets', '"[[[{{{,,,\\"" ', `"a",${'['.repeat(33)}`],
  ])('%s: at the limit, and above it', (_what, most, tooMuch) => {
    for (const pieceBytes of [1, 7, 10_000]) {
      expect(refusalOf(most, pieceBytes)).toBeNull();
      expect(refusalOf(tooMuch, pieceBytes)).toContain('send less');
    }
  });
});

test('K1: an input is kept in its JSON form, without undefined fields', () => {
  const input = fc.object({ withNullPrototype: false, values: [fc.jsonValue(), spelt] });
  fc.assert(
    fc.property(input, spelt, (given, name) => {
      const value = { ...given, [name]: undefined };
      expect(JSON.stringify(toJson(value))).toBe(JSON.stringify(value));
      expect(Object.keys(toJson(value) ?? {})).not.toContain(name);
    }),
  );
  expect(JSON.stringify(toJson(JSON.parse('{"__proto__":{"a":1}}')))).toBe('{"__proto__":{"a":1}}');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol('s'), () => 1]) {
    expect(toJson({ value })).toBeUndefined();
  }
});
