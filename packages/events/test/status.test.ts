import { decodeEvent, hasEnded, isTerminal, statusAfter } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { everyData } from './every-event.ts';

const timestamp = '2026-01-02T03:04:05.678Z';
const events = Object.entries(everyData).map(([type, data]) =>
  decodeEvent({ type, data, timestamp }),
);

describe('the status of a workflow', () => {
  test('follows from the events that change it', () => {
    const changes = events.map((event) => [event.type, statusAfter(event)]);
    expect(Object.fromEntries(changes.filter(([, status]) => status !== null))).toEqual({
      'workflow:started': 'running',
      'workflow:running': 'running',
      'workflow:paused': 'paused',
      'workflow:resumed': 'queued',
      'workflow:retrying': 'retrying',
      'workflow:completed': 'completed',
      'workflow:failed': 'failed',
      'workflow:cancelled': 'cancelled',
    });
  });

  test('F6: has ended exactly after a terminal event', () => {
    for (const event of events) {
      const status = statusAfter(event);
      expect({ type: event.type, ended: status !== null && hasEnded(status) }).toEqual({
        type: event.type,
        ended: isTerminal(event),
      });
    }
  });

  test('an unknown event does not change it', () => {
    expect(
      statusAfter(decodeEvent({ type: 'workflow:hibernated', data: 1, timestamp })),
    ).toBeNull();
  });
});
