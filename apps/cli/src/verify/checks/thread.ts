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
import { firstWord } from '../wait.ts';

const schema = z.looseObject({ workflowId: z.string(), id: eventIdSchema });
const ends: ReadonlySet<string> = new Set(TERMINAL_TYPES);

interface Told {
  readonly entry: StreamEntry;
  readonly cursor: string;
}

/** A thread has no end: the reader leaves when its workflow has ended. */
export const thread: Check = {
  name: 'thread',
  title: 'stream of a thread: live, and resumed',
  isLive: true,
  run: async (probe) => {
    const { workflowId, threadId } = await probe.started;
    const path = `/api/threads/${threadId}/events`;
    const told: Told[] = [];
    const frames = readThread(probe, path, workflowId, {});
    const first = await firstWord(probe, frames.next());
    probe.heardOfIt();
    if (first.done !== true) told.push(first.value);
    for await (const each of frames) told.push(each);
    const { entries } = await probe.ended;
    compareEntries(
      entries,
      told.map(({ entry }) => entry),
    );
    const before = told.slice(0, Math.ceil(told.length / 2));
    const rest: Told[] = [];
    const headers = { 'Last-Event-ID': before.at(-1)?.cursor ?? '' };
    for await (const each of readThread(probe, path, workflowId, headers)) rest.push(each);
    compareEntries(
      entries,
      [...before, ...rest].map(({ entry }) => entry),
    );
    return `${told.length} messages`;
  },
};

/** What a thread tells of one of its workflows, until that has ended. */
async function* readThread(
  { ask }: Probe,
  path: string,
  workflowId: string,
  headers: Record<string, string>,
): AsyncGenerator<Told, void> {
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
