import { type Entry, EventLogError } from '@runtape/event-log';
import {
  decodeStoredEvent,
  decodeStoredEvents,
  formatEventId,
  type WorkflowEvent,
  type WorkflowId,
} from '@runtape/events';
import { z } from 'zod';

const historySchema = z.array(z.tuple([z.string(), z.tuple([z.literal('event'), z.string()])]));

/**
 * Reads entries of a history as XRANGE gives them.
 * @throws EventLogError `corrupt` when one is no event.
 */
export function readHistory(
  history: unknown,
  { workflowId, incarnation }: { workflowId: WorkflowId; incarnation: string },
): readonly Entry[] {
  try {
    return historySchema
      .parse(history)
      .map(([id, [, event]]) =>
        toEntry(incarnation, Number.parseInt(id, 10), decodeStoredEvent(event)),
      );
  } catch (cause) {
    throw new EventLogError(
      'corrupt',
      `The history of ${workflowId} in Redis holds something that is no event. Another program may write to the same keys; give each its own key prefix.`,
      { workflowId, cause },
    );
  }
}

/** Reads a live message, `<incarnation> <seq before> <JSON array of events>`. Throws when it is not one. */
export function readAnnouncement(message: string): readonly Entry[] {
  const afterIncarnation = message.indexOf(' ');
  const afterSeq = message.indexOf(' ', afterIncarnation + 1);
  const incarnation = message.slice(0, afterIncarnation);
  const before = message.slice(afterIncarnation + 1, afterSeq);
  if (!/^\d+$/.test(before)) throw new TypeError('A live message names the seq before it.');
  return decodeStoredEvents(message.slice(afterSeq + 1)).map((event, index) =>
    toEntry(incarnation, Number(before) + index + 1, event),
  );
}

function toEntry(incarnation: string, seq: number, event: WorkflowEvent): Entry {
  return { id: formatEventId({ incarnation, seq }), seq, event };
}
