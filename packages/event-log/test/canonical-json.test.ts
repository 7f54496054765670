import { canonicalJson, jsonSchema } from '@runtape/event-log';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => jsonSchema.parse(value));

describe('canonical JSON', () => {
  test('parses to the same value', () => {
    const property = fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    });
    fc.assert(property);
  });

  test('is the same text for any order of keys, at every depth', () => {
    expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: { d: null, c: '' } })).toBe(
      canonicalJson({ a: { c: '', d: null }, b: [{ x: 2, y: 1 }] }),
    );
  });

  test('differs for different values', () => {
    const different = [{}, [], null, '', '{}', 0, false, { a: null }, { a: [] }, [null], [[]]];
    expect(new Set(different.map(canonicalJson)).size).toBe(different.length);
  });
});
