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
import type { Probe } from '../probe.ts';
import { readLive } from '../read-live.ts';
import { collect, openStream, readData } from '../read-stream.ts';

const schema = z.looseObject({ workflowId: z.string(), id: eventIdSchema });
const terminalTypes: ReadonlySet<string> = new Set(TERMINAL_TYPES);

interface ThreadEntry extends StreamEntry {
  readonly cursor: string;
}

/** The stream of a thread has no end, so the check closes it when its workflow has ended. */
export const thread: Check = {
  name: 'thread',
  title: 'stream of a thread: live, and resumed',
  isLive: true,
  run: async (probe) => {
    const received: ThreadEntry[] = [];
    await readLive(probe, async (onMessage) => {
      for await (const entry of readThread(probe)) {
        received.push(entry);
        onMessage();
      }
    });
    const { entries } = await probe.ended;
    compareEntries(entries, received);
    const before = received.slice(0, Math.ceil(received.length / 2));
    const rest = await collect(readThread(probe, before.at(-1)?.cursor ?? ''));
    compareEntries(entries, [...before, ...rest]);
    return `${received.length} messages`;
  },
};

/**
 * Yields the events of one workflow from the stream of its thread, until the workflow has ended.
 */
async function* readThread(probe: Probe, after?: string): AsyncGenerator<ThreadEntry, void> {
  const { workflowId, threadId } = await probe.started;
  const init = after === undefined ? {} : { headers: { 'Last-Event-ID': after } };
  const response = await openStream(probe, `/api/threads/${threadId}/events`, init);
  for await (const { event, data, id: cursor } of readData(response)) {
    const { workflowId: source, id, ...message } = schema.parse(JSON.parse(data));
    if (source !== workflowId) continue;
    if (cursor === '') {
      throw new CheckFailure({
        expected: 'frames with an id:, the cursor of the thread',
        actual: `event ${id} without one`,
        advice: advice.lines,
      });
    }
    yield { id, message: decodeStreamMessage(message), cursor };
    if (terminalTypes.has(event)) return;
  }
}
