import * as fc from 'fast-check';
import * as superjson from 'superjson';
import { describe, expect, test } from 'vitest';
import { deserialize, serialize } from '../src/transport/wire-format.ts';

const throughTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** No -0, which JSON does not have. */
const finite = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((number) => (number === 0 ? 0 : number));

/** JSON in which fields of objects may be undefined, with keys that superjson has to escape. */
const value = fc.object({
  key: fc.oneof(fc.string(), fc.constantFrom('a.b', 'a\\b', '.', '\\', '', 'constructor1')),
  values: [fc.string(), finite, fc.boolean()],
  withNullPrototype: false,
  maxDepth: 4,
});
const safe = value.filter((it) => !/__proto__|constructor|prototype/.test(JSON.stringify(it)));

describe('C3: the wire format is that of superjson', () => {
  test('what the client sends, superjson reads', () => {
    fc.assert(
      fc.property(safe, (input) => {
        const sent = JSON.stringify(serialize(input));
        expect(superjson.parse(sent)).toEqual(throughTheWire(input));
      }),
    );
    expect(superjson.parse(JSON.stringify(serialize(undefined)))).toBeUndefined();
  });

  test('what superjson sends, the client reads, with undefined fields left out', () => {
    const withUndefined = fc.record({
      a: safe,
      b: fc.option(safe, { nil: undefined }),
      'c.d': fc.option(safe, { nil: undefined }),
      deep: fc.array(fc.record({ 'x\\': fc.option(safe, { nil: undefined }) })),
    });
    fc.assert(
      fc.property(withUndefined, (output) => {
        expect(deserialize(throughTheWire(superjson.serialize(output)))).toEqual(
          throughTheWire(output),
        );
      }),
    );
    expect(deserialize(throughTheWire(superjson.serialize(undefined)))).toBeUndefined();
  });

  test.for([
    null,
    7,
    'text',
    {},
    { json: 1, meta: { values: 7 } },
    { json: { at: '2026-01-02' }, meta: { values: { at: ['Date'] } } },
  ])('%j is refused', (payload) => {
    expect(() => deserialize(payload)).toThrow(TypeError);
  });
});
