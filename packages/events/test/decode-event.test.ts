import { decodeEvent, isEventType, isTerminal, payloads } from '@runtape/events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everyData } from './every-event.ts';

const timestamp = '2026-01-02T03:04:05.678Z';
const metadata = { attempt: 2, step: 'draft' };

const budgetEvent = { type: 'budget:warning', data: everyData['budget:warning'], timestamp };

/** Any 16-bit code unit, including NUL, line ends and halves of emoji. */
const codeUnit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));

/** Returns an event after encoding and decoding. */
function throughTheWire(event: unknown): unknown {
  return JSON.parse(JSON.stringify(event));
}

describe('decoding', () => {
  test.for(Object.entries(everyData))('E1: %s is decoded as it was encoded', ([type, data]) => {
    const event = decodeEvent({ type, data, timestamp, metadata });
    expect(event).toEqual({ type, data, timestamp, metadata });
    expect(decodeEvent(throughTheWire(event))).toEqual(event);
  });

  test('E2: a start from before budgets were stored in it is read unchanged', () => {
    const data = { workflow: 'reviewIssue', title: 'A title', target: 'o/r#1' };
    const event = { type: 'workflow:started', data, timestamp, metadata };
    expect(decodeEvent(event)).toEqual(event);
  });

  test('E2: the spending of an event is decoded, known or not', () => {
    for (const spent of [
      { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, cost: 0.5 },
      { usage: null, cost: null },
    ]) {
      const event = decodeEvent({ ...budgetEvent, metadata: { ...metadata, spent } });
      expect(event.metadata).toEqual({ ...metadata, spent });
      expect(decodeEvent(throughTheWire(event))).toEqual(event);
    }
  });

  test('the examples cover every event type', () => {
    expect(Object.keys(everyData).toSorted()).toEqual(Object.keys(payloads).toSorted());
  });

  test('A9: a token is decoded whatever its text', () => {
    const property = fc.property(fc.string({ unit: codeUnit }), (content) => {
      const data = { part: 'draft', content, isComplete: false };
      const event = decodeEvent({ type: 'token', data, timestamp });
      expect(decodeEvent(throughTheWire(event))).toEqual(event);
    });
    fc.assert(property);
  });

  test('E1: an event of a type that is not built in survives with all its data', () => {
    const foreign = fc.string().filter((type) => !isEventType(type));
    const safe = fc.jsonValue().filter((json) => !JSON.stringify(json).includes('__proto__'));
    const property = fc.property(foreign, safe, (type, json) => {
      const data = throughTheWire(json);
      const event = decodeEvent({ type, data, timestamp, metadata });
      expect(event).toEqual({ type, data, timestamp, metadata });
      expect(decodeEvent(throughTheWire(event))).toEqual(event);
    });
    fc.assert(property);
  });

  test.for(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'an event type may be named %s',
    (type) => {
      expect(decodeEvent({ type, data: 1, timestamp })).toEqual({ type, data: 1, timestamp });
    },
  );

  test('a key named __proto__ is dropped at every depth, as zod does against prototype pollution', () => {
    const data: unknown = JSON.parse('{"a": [{"__proto__": {"x": 1}, "b": 2}], "__proto__": 3}');
    expect(JSON.stringify(decodeEvent({ type: 'new:type', data, timestamp }).data)).toBe(
      '{"a":[{"b":2}]}',
    );
  });

  test.for([
    ['nothing', null],
    ['a text', 'token'],
    ['no type', { data: {}, timestamp }],
    ['no time', { type: 'token', data: everyData.token }],
    ['an invalid time', { type: 'token', data: everyData.token, timestamp: 'yesterday' }],
    [
      'a time without a zone',
      { type: 'token', data: everyData.token, timestamp: '2026-01-02T03:04:05' },
    ],
    ['no data', { type: 'new:type', timestamp }],
    ['data of the wrong shape', { type: 'token', data: { content: 1 }, timestamp }],
    ['metadata of the wrong shape', { type: 'x', data: 1, timestamp, metadata: { attempt: 0 } }],
    [
      'progress above 1',
      { type: 'status', data: { ...everyData.status, progress: 1.1 }, timestamp },
    ],
    [
      'a code with spaces',
      {
        type: 'workflow:failed',
        data: { durationMs: 1, error: { code: 'not a code', message: '' } },
        timestamp,
      },
    ],
  ] as const)('E10: %s is refused', ([, value]) => {
    expect(() => decodeEvent(value)).toThrow(expect.objectContaining({ name: 'ZodError' }));
  });

  test('F6: exactly three types are terminal', () => {
    const terminal = Object.entries(everyData)
      .map(([type, data]) => decodeEvent({ type, data, timestamp }))
      .filter((event) => isTerminal(event));
    expect(terminal.map(({ type }) => type)).toEqual([
      'workflow:completed',
      'workflow:failed',
      'workflow:cancelled',
    ]);
  });
});
