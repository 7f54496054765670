import { operations } from '@runtape/contract';
import { linkEndOf } from '../accounts/identity.ts';
import { linkOver } from '../accounts/require-user.ts';
import { readCursor } from '../read/cursor-param.ts';
import { toApiError } from '../errors/api-error.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import {
  type Connection,
  type Streamed,
  type StreamProtocol,
  Opening,
} from '../broadcast/client-connection.ts';
import { TextWriter } from '../broadcast/sse-encoder.ts';
import { ThreadFrames, ThreadStream } from '../threads/thread-stream.ts';
import { WorkflowReader } from '../broadcast/workflow-reader.ts';
import { threadEventOf, type ThreadItem } from '../threads/thread-item.ts';
import type { AppRouter } from './router.ts';
import type { StreamContext } from '../broadcast/stream-context.ts';
import { eventStream, retryMs, streamHeaders } from '../broadcast/sse-response.ts';
import type { Surface } from '../metrics/observer.ts';
import { checkThread } from '../accounts/check-thread.ts';
import { readThreadCursor } from '../threads/thread-cursor.ts';
import {
  parsedInput,
  readSubscriptionCall,
  type SubscriptionCall,
} from './read-subscription-call.ts';
import { trackedFrame, trpcProtocol } from './trpc-frames.ts';

const encoder = new TextEncoder();
const headers = { Vary: 'trpc-accept, accept', Connection: 'keep-alive' };

interface Subscription {
  readonly surface: Surface;
  readonly open: (connection: Connection) => Streamed;
}

/**
 * Serves the subscriptions of the router in the wire format of tRPC, from bytes that all their
 * readers share. The procedures remain the reference and serve all other kinds of calls.
 */
export class SubscriptionServer {
  readonly #router: AppRouter;
  readonly #writer = new TextWriter(trackedFrame);
  /** By the name of the procedure; the same for all of its streams. */
  readonly #protocols = new Map<string, StreamProtocol>();

  constructor(router: AppRouter) {
    this.#router = router;
  }

  /** @returns `null` for a request that is for tRPC itself to answer. */
  serve(ctx: StreamContext, request: Request): Response | null {
    const call = readSubscriptionCall(request);
    const subscription = call === null ? null : this.#find(ctx, call);
    if (call === null || subscription === null) return null;
    const { path } = call;
    const protocol = this.#protocolOf(path);
    try {
      return eventStream(ctx, { ...subscription, request, headers, protocol, path });
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
    const { live, identity, now } = ctx;
    const types = input.types === undefined ? undefined : new Set(input.types);
    const begin = async (connection: Connection): Promise<Streamed | null> => {
      const after = readCursor(input.lastEventId, 'lastEventId');
      const record = await findWorkflow(ctx, input.workflowId);
      connection.stopAt(linkEndOf(identity, record), now, linkOver);
      if (connection.isOver) return null;
      const { workflowId, threadId } = record;
      const reader = new WorkflowReader({
        live,
        connection,
        end: connection,
        writer: this.#writer,
        about: { workflowId, threadId },
        after,
        replay: input.replay ?? 'events',
        types,
      });
      reader.start();
      return reader;
    };
    return {
      surface: 'trpc',
      open: (connection) => new Opening(connection, () => begin(connection)),
    };
  }

  #thread(ctx: StreamContext, call: SubscriptionCall): Subscription | null {
    const input = parsedInput(operations.onThreadEvents.input, call);
    if (input === null) return null;
    const { threadId } = input;
    const onError = (error: unknown): void => ctx.report(error, call.path);
    const begin = async (connection: Connection): Promise<Streamed | null> => {
      const after = readThreadCursor(threadId, input.lastEventId);
      await checkThread(ctx, threadId);
      if (connection.isOver) return null;
      return new ThreadStream({
        context: ctx,
        output: new ThreadFrames(connection, threadFrames),
        end: connection,
        threadId,
        after,
        writer: ctx.live.messages.sharedWriter,
        onError,
      });
    };
    return {
      surface: 'thread',
      open: (connection) => new Opening(connection, () => begin(connection)),
    };
  }
}

function threadFrames(items: readonly ThreadItem[]): Uint8Array {
  const frames = items.map((item) => trackedFrame(item.cursor, threadEventOf(item)));
  return encoder.encode(frames.join(''));
}

function refusal(request: Request, frames: readonly Uint8Array[]): Response {
  const decoder = new TextDecoder();
  const text = frames.map((frame) => decoder.decode(frame)).join('');
  return new Response(text, { headers: { ...streamHeaders(request), ...headers } });
}
