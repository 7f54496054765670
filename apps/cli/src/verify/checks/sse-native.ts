import {
  decodeStreamMessage,
  eventIdSchema,
  type StreamEntry,
  TERMINAL_TYPES,
} from '@runtape/events';
import { z } from 'zod';
import { advice } from '../advice.ts';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { plainStreamCheck } from '../plain-stream-check.ts';
import { readLive } from '../read-live.ts';
import { shorten } from '../read-response.ts';
import { collect, type DataFrame, openStream, readData } from '../read-stream.ts';

const schema = z.looseObject({ id: eventIdSchema, type: z.string() });
const requestedTypes = ['status', 'step:started'];
/** The terminal event is always sent. */
const sentTypes: ReadonlySet<string> = new Set([...requestedTypes, ...TERMINAL_TYPES]);

export const sseNative = plainStreamCheck({
  format: 'native',
  verify: (frames, { entries }) => {
    compareEntries(entries, frames.map(readNative));
    return `${entries.length} events in ${frames.length} frames`;
  },
});

export const sseTypes: Check = {
  name: 'sse-types',
  title: 'plain stream, some types only',
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const { entries } = await probe.ended;
    const path = `/api/workflows/${workflowId}/events?types=${requestedTypes.join(',')}`;
    const frames = await collect(readData(await openStream(probe, path)));
    const actual = frames.map((frame) => readNative(frame).id).join(', ');
    const sent = entries.filter(({ message }) => sentTypes.has(message.type));
    const expected = sent.map(({ id }) => id).join(', ');
    if (actual === expected) return `${frames.length} of ${entries.length} events`;
    throw new CheckFailure({
      expected: `the events ${expected}`,
      actual,
      advice: 'Check that the query of the URL reaches the server, and that nothing is cached.',
    });
  },
};

/** `fetch` decompresses a stream only as far as the server has flushed it. */
export const sseGzip: Check = {
  name: 'sse-gzip',
  title: 'plain stream, compressed, each event flushed',
  isLive: true,
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const received: StreamEntry[] = [];
    await readLive(probe, async (onMessage) => {
      const headers = { 'Accept-Encoding': 'gzip' };
      const response = await openStream(probe, `/api/workflows/${workflowId}/events`, { headers });
      const encoding = response.headers.get('content-encoding') ?? 'none';
      if (encoding !== 'gzip') {
        await response.body?.cancel();
        throw new CheckFailure({
          expected: 'Content-Encoding: gzip for a client that accepts it',
          actual: encoding,
          advice:
            'Check that the header Accept-Encoding reaches the server. Streams also work without compression.',
        });
      }
      for await (const frame of readData(response)) {
        received.push(readNative(frame));
        onMessage();
      }
    });
    compareEntries((await probe.ended).entries, received);
    return `${received.length} frames`;
  },
};

/**
 * @throws CheckFailure when the frame's fields contradict each other; ZodError when it is not an
 *   event.
 */
function readNative({ event, id, data }: DataFrame): StreamEntry {
  const value: unknown = JSON.parse(data);
  const parsed = schema.parse(value);
  if (parsed.id !== id || parsed.type !== event) {
    throw new CheckFailure({
      expected: 'frames whose event: and id: are those of their data',
      actual: shorten(`event: ${event}, id: ${id}, data: ${data}`),
      advice: advice.stream,
    });
  }
  return { id: parsed.id, message: decodeStreamMessage(value) };
}
