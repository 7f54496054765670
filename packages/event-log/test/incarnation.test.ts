import { newIncarnation } from '@runtape/event-log';
import { formatEventId, parseEventId } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

test('F2: an incarnation fits into an event id, whatever random value it comes from', () => {
  const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const property = fc.property(fc.infiniteStream(draw), (draws) => {
    const incarnation = newIncarnation(() => Number(draws.next().value));
    expect(incarnation).toMatch(/^[0-9a-z]{8}$/);
    expect(parseEventId(formatEventId({ incarnation, seq: 1 }))).toEqual({ incarnation, seq: 1 });
  });
  fc.assert(property);
});

test('F2: different random values give different incarnations', () => {
  const drawn = new Set(Array.from({ length: 1000 }, () => newIncarnation(Math.random)));
  expect(drawn.size).toBe(1000);
});
