import { createHash } from 'node:crypto';
import {
  decodeEvent,
  decodeStoredEvent,
  decodeStoredEvents,
  encodeStoredEvent,
  isEventType,
  knownEventSchema,
  STORED_VERSION,
} from '@runtape/events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { everyData } from './every-event.ts';

const timestamp = '2026-01-02T03:04:05.678Z';
const metadata = { attempt: 2, step: 'draft' };
const token = { type: 'token', data: everyData.token, timestamp };

const stored = (event: object): string => JSON.stringify({ v: STORED_VERSION, ...event });

describe('stored events', () => {
  test.for(Object.entries(everyData))('E1: %s is decoded as it was stored', ([type, data]) => {
    for (const more of [{}, { metadata }]) {
      const event = decodeEvent({ type, data, timestamp, ...more });
      expect(decodeStoredEvent(encodeStoredEvent(event))).toStrictEqual(event);
    }
  });

  test('A9: a token is decoded whatever its text, alone and among others', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (contents) => {
        const events = contents.map((content) =>
          decodeEvent({ ...token, data: { ...token.data, content } }),
        );
        const texts = events.map(encodeStoredEvent);
        expect(texts.map(decodeStoredEvent)).toStrictEqual(events);
        expect(decodeStoredEvents(`[${texts.join(',')}]`)).toStrictEqual(events);
      }),
    );
  });

  test('E1: an event of a type that is not built in survives with all its data', () => {
    const foreign = fc.string().filter((type) => !isEventType(type));
    fc.assert(
      fc.property(foreign, fc.jsonValue(), (type, json) => {
        const data: unknown = JSON.parse(JSON.stringify(json));
        const event = decodeEvent({ type, data, timestamp, metadata });
        expect(decodeStoredEvent(encodeStoredEvent(event))).toStrictEqual(event);
      }),
    );
  });

  test('E1: events stored by an older version are read unchanged', () => {
    for (const [type, data] of Object.entries(everyData)) {
      const event = decodeEvent({ type, data, timestamp, metadata });
      expect(decodeStoredEvent(JSON.stringify(event))).toStrictEqual(event);
    }
  });

  test('E1: an older reader reads what this version stores', () => {
    const event = decodeEvent({ ...token, metadata });
    expect(decodeEvent(JSON.parse(encodeStoredEvent(event)))).toStrictEqual(event);
  });

  test('E10: everything of another version is checked, and unknown fields are left out', () => {
    const data = { ...everyData.status, progress: 7 };
    const text = JSON.stringify({ v: STORED_VERSION + 1, type: 'status', data, timestamp });
    expect(() => decodeStoredEvent(text)).toThrow(expect.objectContaining({ name: 'ZodError' }));
    const newer = { ...token, data: { ...token.data, colour: 'red' } };
    expect(decodeStoredEvent(JSON.stringify({ v: STORED_VERSION + 1, ...newer }))).toEqual(token);
  });

  test('a key named __proto__ is dropped at every depth', () => {
    const data = '{"callId":"c","name":"n","arguments":{"a":[{"__proto__":{"x":1},"b":2}]}}';
    const text = `{"v":${STORED_VERSION},"type":"tool:called","timestamp":"${timestamp}","data":${data}}`;
    expect(JSON.stringify(decodeStoredEvent(text).data)).toBe(
      '{"callId":"c","name":"n","arguments":{"a":[{"b":2}]}}',
    );
  });

  test.for([
    ['nothing', 'null'],
    ['invalid JSON', '{'],
    ['no type', stored({ data: {}, timestamp })],
    ['no time', stored({ type: 'token', data: everyData.token })],
    ['an invalid time', stored({ ...token, timestamp: 'yesterday' })],
    ['an endless time', stored({ ...token, timestamp: timestamp.repeat(1000) })],
    ['no data', stored({ type: 'status', timestamp })],
    ['a list as data', stored({ type: 'status', data: [], timestamp })],
    ['a token without a text', stored({ ...token, data: { part: 'draft', isComplete: false } })],
    ['metadata of the wrong shape', stored({ ...token, metadata: { attempt: 0 } })],
    ['a step that is not a text', stored({ ...token, metadata: { step: 7 } })],
  ] as const)('E10: %s is refused, even under the current version', ([, text]) => {
    const refusal: unknown = expect.objectContaining({ name: expect.stringMatching(/Error$/) });
    expect(() => decodeStoredEvent(text)).toThrow(refusal);
    expect(() => decodeStoredEvents(`[${text}]`)).toThrow(refusal);
    expect(() => decodeStoredEvents(text)).toThrow(refusal);
  });

  test('E10: the schema of events changes only together with the version under which they are stored', () => {
    const shape = JSON.stringify(z.toJSONSchema(knownEventSchema, { io: 'input' }));
    const fingerprint = createHash('sha256').update(shape).digest('hex').slice(0, 16);
    // If this fails, increment STORED_VERSION: events stored under the old version are then
    // validated in full.
    expect({ STORED_VERSION, fingerprint }).toEqual({
      STORED_VERSION: 1,
      fingerprint: 'ab03afeb6229bc01',
    });
  });
});
