import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';
import { z } from 'zod';
import { CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { type DataFrame, plainStreamCheck } from '../plain-stream-check.ts';
import { shorten } from '../read-answer.ts';

const schema = z.looseObject({ id: eventIdSchema, type: z.string() });

export const sseNative = plainStreamCheck({
  format: 'native',
  verify: (frames, { entries }) => {
    compareEntries(entries, frames.map(readNative));
    return `${entries.length} events in ${frames.length} frames`;
  },
});

/**
 * @throws CheckFailure when the frame's fields contradict each other; ZodError when it is not an
 *   event.
 */
export function readNative({ event, id, data }: DataFrame): StreamEntry {
  const value: unknown = JSON.parse(data);
  const parsed = schema.parse(value);
  if (parsed.id !== id || parsed.type !== event) {
    throw new CheckFailure({
      expected: 'frames whose event: and id: are those of their data',
      came: shorten(`event: ${event}, id: ${id}, data: ${data}`),
      advice: 'Something between here and the server changes the stream.',
    });
  }
  return { id: parsed.id, message: decodeStreamMessage(value) };
}
