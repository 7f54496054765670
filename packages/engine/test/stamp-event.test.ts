import { type EmittedEvent, knownEventSchema, payloads } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, type Stamp, stampEvent } from '../src/emit/stamp-event.ts';
import { EngineError } from '../src/index.ts';

const at = Date.parse('2026-03-04T05:06:07.890Z');

/** Any value, including untyped ones and objects whose getters are inconsistent. */
const anything = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withTypedArray: true,
  }),
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc.constantFrom(
    Number.NaN,
    Infinity,
    -0,
    '\uD83D',
    'x'.repeat(100_000),
    [],
    () => 'draft',
    Symbol.iterator,
  ),
);

const hostile = fc.oneof(
  fc.constant(
    new Proxy({}, { get: (_, key) => (key === 'isComplete' ? true : 'text'), has: () => true }),
  ),
  anything.map((content) => ({
    part: 'draft',
    isComplete: false,
    get content() {
      return content;
    },
  })),
  fc.constant(Object.create({ part: 'draft', content: 'inherited', isComplete: false })),
);

/** Nearly a token or a status: one field decides. */
const nearly = fc.oneof(
  fc.record(
    {
      part: fc.oneof(fc.string(), anything),
      content: fc.oneof(fc.string(), anything),
      isComplete: fc.oneof(fc.boolean(), anything),
      metadata: fc.oneof(
        fc.constant(undefined),
        fc.record({ finishReason: fc.oneof(fc.string(), anything) }),
        anything,
      ),
      more: anything,
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      stage: fc.oneof(fc.string(), anything),
      message: fc.string(),
      progress: fc.oneof(fc.double({ min: -1, max: 2 }), anything),
      subject: fc.oneof(
        fc.record({ title: fc.string(), url: fc.oneof(fc.webUrl(), fc.string()) }),
        anything,
      ),
    },
    { requiredKeys: [] },
  ),
);

const type = fc.oneof(
  { arbitrary: fc.constantFrom('token', 'status'), weight: 6 },
  { arbitrary: fc.constantFrom(...Object.keys(payloads)), weight: 2 },
);

const stamps = fc.record({
  at: fc.integer({ min: 0, max: at }),
  attempt: fc.integer({ min: 1, max: 9 }),
  step: fc.option(fc.string(), { nil: undefined }),
  spent: fc.option(
    fc.record({
      usage: fc.constant(null),
      cost: fc.oneof(fc.double({ min: 0, max: 9, noNaN: true }), fc.constantFrom(-1, Number.NaN)),
    }),
    { nil: undefined, freq: 4 },
  ),
});

test('A9: whatever is emitted, the checks at emit accept the same events, with the same result, as the full schema', () => {
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(type, fc.oneof(nearly, hostile, anything), stamps, (name, data, stamp) => {
      const whole = knownEventSchema.safeParse({
        type: name,
        data,
        timestamp: new Date(stamp.at).toISOString(),
        metadata: {
          attempt: stamp.attempt,
          ...(stamp.step !== undefined && { step: stamp.step }),
          ...(stamp.spent !== undefined && { spent: stamp.spent }),
        },
      });
      const stamped = stampedOrRefused({ type: name, data }, stamp);
      expect(stamped).toStrictEqual(whole.success ? whole.data : 'invalid_event');
      if (whole.success) taken += 1;
      else refused += 1;
    }),
    { numRuns: 3_000 },
  );
  // Without this check, the property would also hold for a schema that refuses everything.
  expect(taken).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});

test('A9: a token is within its size limit exactly when its JSON is', () => {
  // Characters that take one to six bytes as JSON.
  const unit = fc.constantFrom('a', '"', '\n', '\u0000', 'ä', '漢', '🎉', '\uD83D');
  const texts = fc.oneof(
    fc.string({ unit, maxLength: 400 }),
    fc.string({ unit: fc.constant('\u0000'), minLength: 300, maxLength: 400 }),
  );
  fc.assert(
    fc.property(texts, texts, fc.integer({ min: 100, max: 3_000 }), (content, step, limit) => {
      const token = { type: 'token', data: { part: 'draft', content, isComplete: false } } as const;
      const stamped = stampEvent(token, { at, attempt: 1, step });
      const exact = Buffer.byteLength(JSON.stringify(stamped));
      expect(bytesOf(stamped, limit) > limit).toBe(exact > limit);
    }),
    { numRuns: 2_000 },
  );
});

function stampedOrRefused(event: { type: string; data: unknown }, stamp: Stamp): unknown {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a definition in JavaScript emits what it likes
    return stampEvent(event as EmittedEvent, stamp);
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}
