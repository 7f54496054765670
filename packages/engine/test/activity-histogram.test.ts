import { type Activity, ACTIVITY_BINS, activitySchema, MARK, tokensOf } from '@runtape/events';
import { type EmittedEvent, type KnownEvent, knownEventSchema } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ActivityHistogram } from '../src/emit/activity-histogram.ts';

const START = Date.parse('2026-11-02T09:00:00.000Z');

const at = (ms: number, event: EmittedEvent): KnownEvent =>
  knownEventSchema.parse({ ...event, timestamp: new Date(START + ms).toISOString() });
const text = (content: string): EmittedEvent => ({
  type: 'token',
  data: { part: 'draft', content, isComplete: false },
});
const cancelled: EmittedEvent = { type: 'workflow:cancelled', data: { durationMs: 1 } };
const called: EmittedEvent = {
  type: 'tool:called',
  data: { callId: 'c', name: 'search', arguments: {} },
};

/** Adds events and returns the last reported activity. */
function lastActivity(
  notes: ActivityHistogram,
  ...events: readonly KnownEvent[]
): Activity | undefined {
  return events.map((event) => notes.add(event).activity).findLast((activity) => activity);
}

test('F9: a list receives activity at most once a second, and the end immediately', () => {
  const notes = new ActivityHistogram(undefined);
  const reported = [0, 200, 999, 1000, 1500, 2100].map(
    (ms) => 'activity' in notes.add(at(ms, text('abcd'))),
  );
  expect(reported).toEqual([false, false, false, true, false, true]);
  expect(notes.add(at(2200, cancelled)).activity?.tokens.reduce((a, b) => a + b)).toBe(6);
});

test('F9: tokens and marks are counted at their time, and a long quiet period is shortened', () => {
  const activity = lastActivity(
    new ActivityHistogram(undefined),
    at(0, text('abcd'.repeat(3))),
    at(300, called),
    at(600_300, text('abcd')),
    at(600_301, cancelled),
  );
  expect(activity).toMatchObject({ binMs: 250, lengthMs: 2301, at: START + 600_301 });
  expect(activity?.tokens).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(activity?.marks[1]).toBe(MARK.tool);
});

test('F9: whatever happens, a bounded number of bins holds all of it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4000), fc.nat(40)), { minLength: 1 }), (pieces) => {
      let ms = 0;
      const events = pieces.map(([gap, length]) => at((ms += gap), text('abcd'.repeat(length))));
      const activity = lastActivity(new ActivityHistogram(undefined), ...events, at(ms, cancelled));
      expect(activitySchema.safeParse(activity).success).toBe(true);
      expect(activity?.tokens.length).toBeLessThanOrEqual(ACTIVITY_BINS);
      const tokens = events.reduce((sum, event) => sum + tokensOf(event), 0);
      expect(activity?.tokens.reduce((a, b) => a + b, 0)).toBe(tokens);
    }),
  );
});

test('F9: the next attempt continues with what the previous one reported', () => {
  const before = lastActivity(
    new ActivityHistogram(undefined),
    at(0, text('abcd')),
    at(1000, called),
  );
  const after = lastActivity(
    new ActivityHistogram(before),
    at(1500, text('abcd')),
    at(1500, cancelled),
  );
  expect(after).toMatchObject({ lengthMs: 1500, tokens: [1, 0, 0, 0, 0, 0, 1] });
});
