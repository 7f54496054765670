import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultKindsOf, STORES, traitsOf } from '../src/schedule/fault-kinds.ts';
import { createRandom } from '../src/schedule/random.ts';
import { drawSchedule } from '../src/schedule/schedule.ts';

const options = fc.record({
  seed: fc.nat(),
  durationMs: fc.integer({ min: 0, max: 300_000 }),
  store: fc.constantFrom(...STORES),
});

describe('drawSchedule', () => {
  test('F1: a seed replays the same schedule', () => {
    fc.assert(
      fc.property(options, (drawn) => {
        expect(drawSchedule(drawn)).toEqual(drawSchedule(drawn));
      }),
    );
  });

  test('F1: another seed gives another schedule', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, other) => {
        fc.pre(seed !== other);
        const of = (drawn: number) =>
          drawSchedule({ seed: drawn, durationMs: 60_000, store: 'redis' });
        expect(of(seed)).not.toEqual(of(other));
      }),
    );
  });

  test('F1: a longer run begins as the shorter one', () => {
    fc.assert(
      fc.property(options, (drawn) => {
        const short = drawSchedule(drawn);
        const long = drawSchedule({ ...drawn, durationMs: drawn.durationMs * 2 });
        expect(long.slice(0, short.length)).toEqual(short);
      }),
    );
  });

  test('F1: no fault is planned that the store does not support, after the end, or beyond its duration', () => {
    fc.assert(
      fc.property(options, (drawn) => {
        for (const { atMs, kind, forMs, target, way } of drawSchedule(drawn)) {
          const { stores, lasts } = traitsOf(kind);
          const [least, most] = lasts ?? [0, 0];
          expect(stores).toContain(drawn.store);
          expect(atMs).toBeLessThan(drawn.durationMs);
          expect(forMs).toBeGreaterThanOrEqual(least);
          expect(forMs).toBeLessThanOrEqual(most);
          expect(target).toBeLessThan(1);
          expect(way).toBeLessThan(1);
        }
      }),
    );
  });

  test.each(STORES)('F1: without a filter, a minute on %s contains every kind', (store) => {
    const kinds = drawSchedule({ seed: 7, durationMs: 60_000, store }).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(faultKindsOf(store)));
  });

  test('F1: only the named kinds are planned', () => {
    const kinds = ['redis-kill', 'script-flush'] as const;
    const drawn = drawSchedule({ seed: 7, durationMs: 60_000, store: 'redis', kinds });
    expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });
});

describe('createRandom', () => {
  test('draws every whole number from the minimum to the maximum', () => {
    const random = createRandom(7, 'whole');
    const drawn = Array.from({ length: 400 }, () => random.whole(-1, 2));
    expect(new Set(drawn)).toEqual(new Set([-1, 0, 1, 2]));
  });

  test('the numbers of a label do not depend on others', () => {
    const first = createRandom(7, 'a');
    createRandom(7, 'b').next();
    const again = createRandom(7, 'a');
    expect([first.next(), first.next()]).toEqual([again.next(), again.next()]);
    expect(createRandom(7, 'a').next()).not.toBe(createRandom(7, 'b').next());
  });

  test('refuses to pick from nothing', () => {
    expect(() => createRandom(1, 'x').pick([])).toThrow(RangeError);
  });
});
