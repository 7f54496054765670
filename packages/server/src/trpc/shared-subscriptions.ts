import { operations } from '@runtape/contract';
import { linkExpiryOf } from '../accounts/identity.ts';
import { linkExpired } from '../accounts/require-user.ts';
import { parseCursorParam } from '../read/cursor-param.ts';
import { toApiError } from '../errors/api-error.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import {
  type ClientConnection,
  type StreamProducer,
  type StreamProtocol,
  DeferredStream,
} from '../broadcast/client-connection.ts';
import { SseEncoder } from '../broadcast/sse-encoder.ts';
import { ThreadFrames, ThreadStream } from '../threads/thread-stream.ts';
import { WorkflowReader } from '../broadcast/workflow-reader.ts';
import { threadEventOf, type ThreadItem } from '../threads/thread-item.ts';
import type { AppRouter } from './router.ts';
import type { StreamContext } from '../broadcast/stream-context.ts';
import { sseResponse, retryMs, streamHeaders } from '../broadcast/sse-response.ts';
import type { Surface } from '../metrics/observer.ts';
import { checkThread } from '../accounts/check-thread.ts';
import { readThreadCursor } from '../threads/thread-cursor.ts';
import {
  parsedInput,
  readSubscriptionCall,
  type SubscriptionCall,
} from './read-subscription-call.ts';
import { trackedFrame, trpcProtocol } from './trpc-frames.ts';

const textEncoder = new TextEncoder();
const headers = { Vary: 'trpc-accept, accept', Connection: 'keep-alive' };

interface Subscription {
  readonly surface: Surface;
  readonly open: (connection: ClientConnection) => StreamProducer;
}

/**
 * Serves the subscriptions of the router in the wire format of tRPC, from bytes that all their
 * readers share. The procedures remain the reference and serve all other kinds of calls.
 */
export class SharedSubscriptions {
  readonly #router: AppRouter;
  readonly #encoder = new SseEncoder(trackedFrame);
  /** By the name of the procedure. */
  readonly #protocols = new Map<string, StreamProtocol>();

  constructor(router: AppRouter) {
    this.#router = router;
  }

  /** @returns `null` for a request that tRPC itself must serve */
  serve(ctx: StreamContext, request: Request): Response | null {
    const call = readSubscriptionCall(request);
    const subscription = call === null ? null : this.#find(ctx, call);
    if (call === null || subscription === null) return null;
    const { path } = call;
    const protocol = this.#protocolOf(path);
    try {
      return sseResponse(ctx, { ...subscription, request, headers, protocol, path });
    } catch (error) {
      // tRPC reports a rejected stream inside the stream as well.
      ctx.report(error, path);
      return refusal(request, [
        protocol.greeting(retryMs(ctx.random)),
        protocol.failed(toApiError(error)),
      ]);
    }
  }

  #protocolOf(path: string): StreamProtocol {
    const protocol = this.#protocols.get(path) ?? trpcProtocol(this.#router, path);
    this.#protocols.set(path, protocol);
    return protocol;
  }

  #find(ctx: StreamContext, call: SubscriptionCall): Subscription | null {
    switch (call.path) {
      case 'onWorkflowEvents':
        return this.#workflow(ctx, call);
      case 'onThreadEvents':
        return this.#thread(ctx, call);
      default:
        return null;
    }
  }

  #workflow(ctx: StreamContext, call: SubscriptionCall): Subscription | null {
    const input = parsedInput(operations.onWorkflowEvents.input, call);
    if (input === null) return null;
    const { broadcaster, identity, now } = ctx;
    const types = input.types === undefined ? undefined : new Set(input.types);
    const begin = async (connection: ClientConnection): Promise<StreamProducer | null> => {
      const after = parseCursorParam(input.lastEventId, 'lastEventId');
      const record = await findWorkflow(ctx, input.workflowId);
      connection.stopAt(linkExpiryOf(identity, record), now, linkExpired);
      if (connection.isClosed) return null;
      const { workflowId, threadId } = record;
      const reader = new WorkflowReader({
        broadcaster,
        connection,
        end: connection,
        encoder: this.#encoder,
        context: { workflowId, threadId },
        after,
        replay: input.replay ?? 'events',
        types,
      });
      reader.start();
      return reader;
    };
    return {
      surface: 'trpc',
      open: (connection) => new DeferredStream(connection, () => begin(connection)),
    };
  }

  #thread(ctx: StreamContext, call: SubscriptionCall): Subscription | null {
    const input = parsedInput(operations.onThreadEvents.input, call);
    if (input === null) return null;
    const { threadId } = input;
    const onError = (error: unknown): void => ctx.report(error, call.path);
    const begin = async (connection: ClientConnection): Promise<StreamProducer | null> => {
      const after = readThreadCursor(threadId, input.lastEventId);
      await checkThread(ctx, threadId);
      if (connection.isClosed) return null;
      return new ThreadStream({
        context: ctx,
        output: new ThreadFrames(connection, threadFrames),
        end: connection,
        threadId,
        after,
        encoder: ctx.broadcaster.encoders.multiplexedEncoder,
        onError,
      });
    };
    return {
      surface: 'thread',
      open: (connection) => new DeferredStream(connection, () => begin(connection)),
    };
  }
}

function threadFrames(items: readonly ThreadItem[]): Uint8Array {
  const frames = items.map((item) => trackedFrame(item.cursor, threadEventOf(item)));
  return textEncoder.encode(frames.join(''));
}

function refusal(request: Request, frames: readonly Uint8Array[]): Response {
  const decoder = new TextDecoder();
  const text = frames.map((frame) => decoder.decode(frame)).join('');
  return new Response(text, { headers: { ...streamHeaders(request), ...headers } });
}
