import { decodeEvent, decodeStreamMessage } from '@runtape/events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as written from '../src/message-shapes.ts';
import { resetSchema, workflowStateSchema } from '../src/stream-message-schemas.ts';
import { everyData } from './every-event.ts';
import { everyShape } from './every-shape.ts';
import { aSnapshot } from './a-snapshot.ts';

const timestamp = '2026-01-02T03:04:05.678Z';
const metadata = { attempt: 2, step: 'draft', spent: { usage: null, cost: 0.5 } };

test('E10: the shapes are those of the schemas; if not, run node packages/events/test/write-message-shapes.ts', () => {
  expect({ ...written }).toEqual(everyShape());
});

/** Decodes a message with the schemas, as a server does. */
function decodeBySchema(value: unknown): unknown {
  const type = typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : null;
  if (type === 'reset') return resetSchema.parse(value);
  return type === 'workflow:state' ? workflowStateSchema.parse(value) : decodeEvent(value);
}

function outcome(decode: (value: unknown) => unknown, value: unknown): unknown {
  try {
    return { decoded: decode(value) };
  } catch {
    return 'refused';
  }
}

const messages: readonly unknown[] = [
  ...Object.entries(everyData).map(([type, data]) => ({ type, data, timestamp, metadata })),
  { type: 'item', data: { title: 'A post', tags: ['a', null, 1.5, true] }, timestamp },
  { type: 'workflow:state', data: { snapshot: aSnapshot }, timestamp },
  {
    type: 'reset',
    data: { reason: 'ahead', snapshot: aSnapshot, cursor: aSnapshot.cursor },
    timestamp,
  },
];

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('', 0, -1, 0.5, 1.5, 1e300, true, null, [], {}, timestamp, 'usd', 'x-1'),
);

/** A copy of a message in which one value, at any depth, is another one or missing. */
const damaged = fc
  .record({ message: fc.constantFrom(...messages), turns: fc.array(fc.nat(), { maxLength: 8 }) })
  .chain(({ message, turns }) =>
    fc
      .option(anything, { nil: undefined })
      .map((by) => damage(structuredClone(message), turns, by)),
  );

function damage(value: unknown, [turn, ...turns]: readonly number[], by: unknown): unknown {
  if (typeof value !== 'object' || value === null || turn === undefined) return by;
  const keys = Object.keys(value);
  const key = keys[turn % (keys.length + 1)] ?? 'added';
  const changed = damage(Reflect.get(value, key), turns, by);
  if (changed === undefined) Reflect.deleteProperty(value, key);
  else Reflect.set(value, key, changed);
  return value;
}

describe('E10: without the schemas, a client decodes as they do', () => {
  test('a message of every type', () => {
    for (const message of messages) {
      expect(decodeStreamMessage(message)).toEqual(decodeBySchema(message));
    }
  });

  test('a message with one wrong, missing or unknown value', () => {
    const property = fc.property(damaged, (value) => {
      const message: unknown = JSON.parse(JSON.stringify(value ?? null));
      expect(outcome(decodeStreamMessage, message)).toEqual(outcome(decodeBySchema, message));
    });
    fc.assert(property, { numRuns: 3000 });
  });

  test('a key named __proto__, at any depth', () => {
    const message: unknown = JSON.parse(
      `{"type":"item","timestamp":"${timestamp}","__proto__":1,"data":{"__proto__":{"a":1},"b":[{"__proto__":2}]}}`,
    );
    expect(decodeStreamMessage(message)).toEqual(decodeBySchema(message));
    expect(JSON.stringify(decodeStreamMessage(message))).not.toContain('__proto__');
  });

  test('anything else', () => {
    const property = fc.property(anything, (value) => {
      expect(outcome(decodeStreamMessage, value)).toEqual(outcome(decodeBySchema, value));
    });
    fc.assert(property);
  });
});
