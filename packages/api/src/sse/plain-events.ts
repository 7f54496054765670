import type { WorkflowRecord } from '@runtape/event-log';
import { type EventId, hasEnded, type Replay } from '@runtape/events';
import { LinkedAbort } from '../abort.ts';
import { tailOf } from '../cursor.ts';
import { toApiError } from '../errors.ts';
import type { Serving } from '../routes/route.ts';
import { type StreamOptions, streamWorkflow } from '../stream-workflow.ts';
import { countChunks } from '../streams/count-chunks.ts';
import type { OpenStream, Surface } from '../streams/open-streams.ts';
import type { FrameWriter } from './frame-writer.ts';
import { pulledBody } from './pulled-body.ts';
import { streamHeaders } from './stream-headers.ts';
import { HEARTBEAT, withHeartbeat } from './with-heartbeat.ts';

const MIN_RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
const encoder = new TextEncoder();
const heartbeatFrame = encoder.encode(': heartbeat\n\n');

export interface PlainEventsOptions {
  readonly request: Request;
  readonly record: WorkflowRecord;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** Default: all that the format has words for. */
  readonly types?: readonly string[] | undefined;
  readonly writer: FrameWriter;
  /** Sent before the first event. Default: nothing. */
  readonly greeting?: Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Under which it is counted. Default: `sse`. */
  readonly surface?: Surface | undefined;
  /** Let in already. Default: it is let in here. */
  readonly stream?: OpenStream | undefined;
}

/**
 * Answers with a workflow as server-sent events, for any EventSource, fetch or curl.
 * @returns 204 when the client has the terminal event already, which stops an EventSource for good.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function plainEvents(serving: Serving, options: PlainEventsOptions): Response {
  const { request, record, after, headers } = options;
  if (hasEnded(record.status) && after === tailOf(record)) {
    return new Response(null, { status: 204, ...(headers !== undefined && { headers }) });
  }
  const left = new AbortController();
  if (request.method === 'HEAD') return new Response(null, { headers: streamHeaders(request) });
  const { context } = serving;
  const { surface = 'sse', stream = context.streams.admit({ ...context, surface }) } = options;
  const frames = framesOf(serving, options, { stream, left: [request.signal, left.signal] });
  const body = pulledBody(frames, async () => {
    left.abort();
    await frames.return();
    // A generator that nobody has read from yet has nothing to clean up, and so does not.
    stream[Symbol.dispose]();
  });
  return new Response(body, { headers: { ...streamHeaders(request), ...headers } });
}

async function* framesOf(
  { context, heartbeatMs, random, report }: Serving,
  { request, record, after, replay, types, writer, greeting }: PlainEventsOptions,
  opened: { readonly stream: OpenStream; readonly left: readonly AbortSignal[] },
): AsyncGenerator<Uint8Array, void> {
  using stream = opened.stream;
  using abort = new LinkedAbort(...opened.left, context.draining, stream.expired);
  const { signal } = abort;
  // Spread out, so that the clients of a server that went away do not all come back at once.
  yield encoder.encode(`retry: ${Math.round(MIN_RETRY_MS + random() * RETRY_SPREAD_MS)}\n\n`);
  if (greeting !== undefined) yield greeting;
  const { format } = writer;
  const { workflowId } = record;
  const asked: StreamOptions = {
    ...context,
    workflowId,
    after,
    replay,
    types: typesOf(format.types, types),
    stateAt: format.stateAt,
    signal,
  };
  try {
    const chunks = countChunks(stream, streamWorkflow(asked));
    for await (const chunk of withHeartbeat(chunks, heartbeatMs)) {
      yield chunk === HEARTBEAT ? heartbeatFrame : writer.encode(chunk, record);
    }
  } catch (error) {
    if (signal.aborted) return;
    // The client comes back by itself, with its cursor: a body that ends before the terminal event is a drop.
    report(error, new URL(request.url).pathname);
    yield encoder.encode(`: ${toApiError(error).message}\n\n`);
  }
}

/** What the format has words for, and of that what was asked for. */
function typesOf(
  known: ReadonlySet<string> | null,
  asked: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (asked === undefined) return known ?? undefined;
  return new Set(known === null ? asked : asked.filter((type) => known.has(type)));
}
