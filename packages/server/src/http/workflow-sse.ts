import type { WorkflowRecord } from '@runtape/event-log';
import { type EventId, hasEnded, type Replay } from '@runtape/events';
import { linkExpiryOf } from '../accounts/identity.ts';
import { linkExpired } from '../accounts/require-user.ts';
import { tailOf } from '../read/snapshots/snapshot-messages.ts';
import type { ClientConnection } from '../broadcast/client-connection.ts';
import { WorkflowReader } from '../broadcast/workflow-reader.ts';
import type { RouteContext } from './request-context.ts';
import type { OpenStream } from '../limits/stream-limiter.ts';
import type { Surface } from '../metrics/observer.ts';
import { sseResponse } from '../broadcast/sse-response.ts';
import type { FormatEncoder } from './formats/format-encoder.ts';

export interface WorkflowSseOptions {
  readonly request: Request;
  readonly record: WorkflowRecord;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** Default: all types that the format can encode. */
  readonly types?: readonly string[] | undefined;
  readonly encoder: FormatEncoder;
  /** Sent before the first event. Default: nothing. */
  readonly greeting?: Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The surface for which the stream is counted. Default: `sse`. */
  readonly surface?: Surface | undefined;
  /** The stream if the limiter has already admitted it. Default: it is admitted here. */
  readonly stream?: OpenStream | undefined;
}

/**
 * Responds with a workflow as server-sent events, for any EventSource, fetch or curl.
 * @returns 204 if the client already has the terminal event: an EventSource then stops reconnecting
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function streamWorkflowAsSse(ctx: RouteContext, options: WorkflowSseOptions): Response {
  const { record, after, headers, surface = 'sse' } = options;
  if (hasEnded(record.status) && after === tailOf(record)) {
    return new Response(null, { status: 204, ...(headers !== undefined && { headers }) });
  }
  const { replay, types, encoder } = options;
  const { workflowId, threadId } = record;
  const { broadcaster, identity, now } = ctx;
  const stream = { broadcaster, encoder, after, replay, types: typesOf(encoder.types, types) };
  const linkEnd = linkExpiryOf(identity, record);
  const open = (connection: ClientConnection): WorkflowReader => {
    const reader = new WorkflowReader({
      ...stream,
      connection,
      end: connection,
      context: { workflowId, threadId },
    });
    // A client that reconnects gets the error that the link has expired.
    connection.stopAt(linkEnd, now, linkExpired);
    if (!connection.isClosed) reader.start();
    return reader;
  };
  return sseResponse(ctx, { ...options, surface, open });
}

/** Returns the requested types that the format can encode. */
function typesOf(
  known: ReadonlySet<string> | null,
  requested: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (requested === undefined) return known ?? undefined;
  return new Set(known === null ? requested : requested.filter((type) => known.has(type)));
}

/** Whether a client requests a page of events, not a stream. */
export function wantsPage({ headers }: Request): boolean {
  const accept = headers.get('accept') ?? '';
  return accept.includes('application/json') && !accept.includes('text/event-stream');
}
