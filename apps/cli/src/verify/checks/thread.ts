import {
  decodeStreamMessage,
  eventIdSchema,
  type StreamEntry,
  TERMINAL_TYPES,
} from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import type { Probe } from '../probe.ts';
import { expectStream, readStream } from '../read-stream.ts';
import { firstMessage } from '../wait.ts';

const schema = z.looseObject({ workflowId: z.string(), id: eventIdSchema });
const ends: ReadonlySet<string> = new Set(TERMINAL_TYPES);

interface Received {
  readonly entry: StreamEntry;
  readonly cursor: string;
}

/** The stream of a thread has no end, so the check closes it when its workflow has ended. */
export const thread: Check = {
  name: 'thread',
  title: 'stream of a thread: live, and resumed',
  isLive: true,
  run: async (probe) => {
    const { workflowId, threadId } = await probe.started;
    const path = `/api/threads/${threadId}/events`;
    const received: Received[] = [];
    const frames = readThread(probe, path, workflowId, {});
    const first = await firstMessage(probe, frames.next());
    probe.markSeen();
    if (first.done !== true) received.push(first.value);
    for await (const each of frames) received.push(each);
    const { entries } = await probe.ended;
    compareEntries(
      entries,
      received.map(({ entry }) => entry),
    );
    const before = received.slice(0, Math.ceil(received.length / 2));
    const rest: Received[] = [];
    const headers = { 'Last-Event-ID': before.at(-1)?.cursor ?? '' };
    for await (const each of readThread(probe, path, workflowId, headers)) rest.push(each);
    compareEntries(
      entries,
      [...before, ...rest].map(({ entry }) => entry),
    );
    return `${received.length} messages`;
  },
};

/**
 * Yields the events of one workflow from the stream of its thread, until the workflow has ended.
 */
async function* readThread(
  { ask }: Probe,
  path: string,
  workflowId: string,
  headers: Record<string, string>,
): AsyncGenerator<Received, void> {
  const response = await ask(path, { headers });
  await expectStream(response);
  for await (const { event = '', data, id: cursor = '' } of readStream(response)) {
    if (data === undefined) continue;
    const { workflowId: of, id, ...message } = schema.parse(JSON.parse(data));
    if (of !== workflowId) continue;
    if (cursor === '') throw withoutCursor(id);
    yield { entry: { id, message: decodeStreamMessage(message) }, cursor };
    if (ends.has(event)) return;
  }
}

function withoutCursor(id: string): CheckFailure {
  return new CheckFailure({
    expected: 'frames with an id:, the cursor of the thread',
    came: `event ${id} without one`,
    advice: 'Something between here and the server takes lines out of the stream.',
  });
}
