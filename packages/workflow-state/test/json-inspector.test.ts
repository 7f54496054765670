import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonInspector } from '../src/own-state/json-inspector.ts';

const json = fc.jsonValue({ maxDepth: 3 });

test('G2: a state that shares parts of the previous one has the size that it has alone', () => {
  const edits = fc.array(fc.tuple(fc.nat(5), fc.nat(3), json), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(json, { maxLength: 6 }), edits, (first, all) => {
      const inspector: JsonInspector = new JsonInspector();
      let state = { list: first };
      inspector.inspect(state);
      for (const [at, removed, value] of all) {
        const next = { list: state.list.toSpliced(at, removed, value) };
        inspector.inspect(next, state);
        expect(inspector.measure(next)).toBe(new JsonInspector().measure(structuredClone(next)));
        state = next;
      }
    }),
  );
});

test('G2: a value is frozen at every depth', () => {
  fc.assert(
    fc.property(json, (value) => {
      new JsonInspector().measure(value);
      const isFrozen = (part: unknown): boolean =>
        typeof part !== 'object' ||
        part === null ||
        (Object.isFrozen(part) && Object.values(part).every(isFrozen));
      expect(isFrozen(value)).toBe(true);
    }),
  );
});

test.each([
  ['undefined', { at: [undefined] }, 'state.at[0] is undefined'],
  ['a hole', [1, , 3], 'state[1] is undefined'], // oxlint-disable-line no-sparse-arrays -- the case
  ['a bigint', { n: 1n }, 'state.n is bigint'],
  ['an infinite number', Infinity, 'state is Infinity'],
  ['a map', { by: new Map() }, 'state.by is an object of a class'],
])('B5: the message says where %s is', (_, value, message) => {
  expect(() => new JsonInspector().measure(value)).toThrow(message);
});
