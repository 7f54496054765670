import type { Connection } from '../read/streams/connection.ts';
import {
  type AskedThread,
  type AskedWorkflow,
  SharedStream,
} from '../read/merged/merged-stream.ts';
import type { RouteContext } from './route.ts';
import { eventStream } from '../read/streams/event-stream.ts';

export interface SharedEventsOptions {
  readonly request: Request;
  readonly workflows: readonly AskedWorkflow[];
  readonly threads: readonly AskedThread[];
}

/**
 * Answers with many workflows and threads as one stream of server-sent events: `message`, `ended` and `refused`, each naming
 * its workflow, or the subscription of its thread.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function sharedEvents(
  ctx: RouteContext,
  { request, workflows, threads }: SharedEventsOptions,
): Response {
  const { messages } = ctx.live;
  const open = (connection: Connection) =>
    new SharedStream({
      context: ctx,
      connection,
      workflows,
      threads,
      writer: messages.sharedWriter,
      json: messages.shared,
    });
  const count = workflows.length + threads.length;
  return eventStream(ctx, { request, surface: 'shared', count, open });
}
