import { type EventId, hasEnded, type Replay, replaySchema } from '@runtape/events';
import { LinkedAbort } from '../abort.ts';
import type { ApiContext } from '../api-context.ts';
import { readCursor, tailOf } from '../cursor.ts';
import { ApiError, toApiError } from '../errors.ts';
import { findWorkflow } from '../find-workflow.ts';
import { type StreamOptions, streamWorkflow } from '../stream-workflow.ts';
import { countChunks } from '../streams/count-chunks.ts';
import type { OpenStream } from '../streams/open-streams.ts';
import type { SseFormat } from './native-frames.ts';
import { HEARTBEAT, withHeartbeat } from './with-heartbeat.ts';

const MIN_RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
const encoder = new TextEncoder();
const heartbeatFrame = encoder.encode(': heartbeat\n\n');

const headers = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
  Connection: 'keep-alive',
};

export interface PlainEventsOptions {
  readonly context: ApiContext;
  readonly format: SseFormat;
  readonly heartbeatMs: number;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Answers with a workflow as server-sent events, for any EventSource, fetch or curl.
 * @returns 204 when the client has the terminal event already, which stops an EventSource for good.
 * @throws ApiError `unknown_workflow`, `malformed_cursor`, `invalid_input`, `too_many_streams`, `too_many_attempts`, EventLogError: all before the stream opens.
 */
export async function plainEvents(
  options: PlainEventsOptions,
  request: Request,
  id: string,
): Promise<Response> {
  const record = await findWorkflow(options.context.log, id);
  const after = cursorOf(request);
  const replay = replayOf(request);
  if (hasEnded(record.status) && after === tailOf(record)) {
    return new Response(null, { status: 204 });
  }
  const left = new AbortController();
  const { workflowId } = record;
  if (request.method === 'HEAD') return new Response(null, { headers });
  const stream = options.context.streams.admit({ ...options.context, surface: 'sse' });
  const ends = [request.signal, left.signal];
  const frames = framesOf(options, { workflowId, after, replay }, { stream, ends });
  const body = pulled(frames, async () => {
    left.abort();
    await frames.return();
    // A generator that nobody has read from yet has nothing to clean up, and so does not.
    stream[Symbol.dispose]();
  });
  return new Response(body, { headers });
}

function cursorOf({ headers: sent, url }: Request): EventId | null {
  // An EventSource repeats its first URL when it reconnects; the header is what it has seen since.
  return readCursor(sent.get('last-event-id') || new URL(url).searchParams.get('lastEventId'));
}

function replayOf({ url }: Request): Replay {
  const parsed = replaySchema.safeParse(new URL(url).searchParams.get('replay') ?? 'events');
  if (parsed.success) return parsed.data;
  throw new ApiError('invalid_input', 'replay is "snapshot" or "events". Leave it out for events.');
}

async function* framesOf(
  { context, format, heartbeatMs, random, onError }: PlainEventsOptions,
  asked: Pick<StreamOptions, 'workflowId' | 'after' | 'replay'>,
  opened: { readonly stream: OpenStream; readonly ends: readonly AbortSignal[] },
): AsyncGenerator<Uint8Array, void> {
  using stream = opened.stream;
  using abort = new LinkedAbort(...opened.ends, context.draining, stream.expired);
  const { signal } = abort;
  // Spread out, so that the clients of a server that went away do not all come back at once.
  yield encoder.encode(`retry: ${Math.round(MIN_RETRY_MS + random() * RETRY_SPREAD_MS)}\n\n`);
  try {
    const chunks = countChunks(stream, streamWorkflow({ ...context, ...asked, signal }));
    for await (const chunk of withHeartbeat(chunks, heartbeatMs)) {
      yield chunk === HEARTBEAT ? heartbeatFrame : format.encode(chunk);
    }
  } catch (error) {
    if (signal.aborted) return;
    // The client comes back by itself, with its cursor: a body that ends before the terminal event is a drop.
    onError(error);
    yield encoder.encode(`: ${toApiError(error).message}\n\n`);
  }
}

/** A body that asks for the next frame only when the client took the last one. */
function pulled(
  frames: AsyncGenerator<Uint8Array, void>,
  leave: () => Promise<void>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}
