import type { RouteContext } from './route.ts';
import type { ThreadCursor } from '../read/threads/thread-cursor.ts';
import { type ThreadItem, toldOf } from '../read/threads/thread-item.ts';
import type { Connection } from '../read/streams/connection.ts';
import { ThreadFrames } from '../read/threads/thread-frames.ts';
import { ThreadStream } from '../read/threads/thread-stream.ts';
import { eventStream } from '../read/streams/event-stream.ts';
import { type MessageJson, typeOf } from '../read/streams/message-json.ts';

const encoder = new TextEncoder();

export interface ThreadEventsOptions {
  readonly request: Request;
  readonly threadId: string;
  readonly after: ThreadCursor;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Answers with all workflows of a thread as server-sent events, for any EventSource, fetch or curl: our own events with
 * their `workflowId`, and a cursor of the thread as `id:`; `refused` for a workflow that cannot be read.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function threadEvents(
  ctx: RouteContext,
  { request, threadId, after, headers }: ThreadEventsOptions,
): Response {
  const { members } = ctx.live.messages;
  const onError = (error: unknown) => ctx.report(error, new URL(request.url).pathname);
  const open = (connection: Connection) =>
    new ThreadStream({
      context: ctx,
      output: new ThreadFrames(connection, (items) =>
        encoder.encode(items.map((each) => frameOf(each, members)).join('')),
      ),
      end: connection,
      threadId,
      after,
      writer: ctx.live.messages.membersWriter,
      onError,
    });
  return eventStream(ctx, { request, surface: 'thread', headers, open });
}

function frameOf(item: ThreadItem, json: MessageJson): string {
  const { workflowId, cursor } = item;
  if (item.kind === 'failure') {
    // Without an `id:`, so that who comes back is told again, or gets what could not be read.
    return `event: refused\ndata: ${JSON.stringify({ workflowId, error: toldOf(item.error) })}\n\n`;
  }
  const { id, message } = item;
  const data = json.of(workflowId, id, message);
  return `event: ${typeOf(message)}\ndata: ${data}\nid: ${cursor}\n\n`;
}
