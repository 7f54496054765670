import type { Serving } from '../routes/route.ts';
import { streamThread, type ThreadMessage } from '../threads/stream-thread.ts';
import type { ThreadCursor } from '../threads/thread-cursor.ts';
import { eventStream, type Opened } from './event-stream.ts';
import { type MessageJson, typeOf } from './message-frames.ts';

const encoder = new TextEncoder();

export interface ThreadEventsOptions {
  readonly request: Request;
  readonly threadId: string;
  readonly after: ThreadCursor;
}

/**
 * Answers with all workflows of a thread as server-sent events, for any EventSource, fetch or curl: our own events with
 * their `workflowId`, and a cursor of the thread as `id:`.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function threadEvents(
  serving: Serving,
  { request, threadId, after }: ThreadEventsOptions,
): Response {
  const { members } = serving.messages;
  async function* frames({ stream, signal }: Opened): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const messages of streamThread({ ...serving.context, threadId, after, signal })) {
        yield encoder.encode(messages.map((each) => frameOf(each, members)).join(''));
        stream.delivered(messages.length);
      }
    } catch (error) {
      if (!signal.aborted) stream.failed();
      throw error;
    }
  }
  return eventStream(serving, { request, surface: 'thread', frames });
}

function frameOf({ workflowId, id, cursor, message }: ThreadMessage, json: MessageJson): string {
  const data = json.of(workflowId, id, message);
  return `event: ${typeOf(message)}\ndata: ${data}\nid: ${cursor}\n\n`;
}
