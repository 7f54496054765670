import type { Connection } from '../read/live/connection.ts';
import {
  type AskedThread,
  type AskedWorkflow,
  SharedStream,
} from '../read/shared/shared-stream.ts';
import type { Serving } from './routes/route.ts';
import { eventStream } from '../read/live/event-stream.ts';

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
  serving: Serving,
  { request, workflows, threads }: SharedEventsOptions,
): Response {
  const { context, messages } = serving;
  const open = (connection: Connection) =>
    new SharedStream({
      context,
      connection,
      workflows,
      threads,
      writer: messages.sharedWriter,
      json: messages.shared,
    });
  const count = workflows.length + threads.length;
  return eventStream(serving, { request, surface: 'shared', count, open });
}
