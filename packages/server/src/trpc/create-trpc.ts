import { initTRPC } from '@trpc/server';
import type { ApiContext } from '../http/request-context.ts';
import { toApiError, toTrpcError } from '../errors/api-error.ts';
import { jsonTransformer } from './json-transformer.ts';

/** The number of missed heartbeats after which a client considers the connection dead. */
const MISSED_HEARTBEATS = 3;

/** Longer than the name of any procedure; a client may send any name. */
const MAX_PATH_CHARS = 100;

export interface TrpcOptions {
  readonly heartbeatMs: number;
  /**
   * Makes the context of a call, for a router that is mounted in another one: its context is that
   * of the other router. Default: the context is complete.
   */
  readonly complete?: ((ctx: object) => ApiContext) | undefined;
}

/**
 * Sets up tRPC so that every error of a procedure reaches the client with an `ApiErrorCode` and
 * without internals.
 */
export function createTrpc({ heartbeatMs, complete }: TrpcOptions) {
  const trpc = initTRPC.context<ApiContext>().create({
    transformer: jsonTransformer,
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: heartbeatMs },
      client: { reconnectAfterInactivityMs: heartbeatMs * MISSED_HEARTBEATS },
    },
    errorFormatter: ({ shape, error }) => {
      const { message, code, docs } = toApiError(error);
      const { code: trpcCode, httpStatus, path } = shape.data;
      return {
        ...shape,
        message,
        data: {
          code: trpcCode,
          httpStatus,
          path: path?.slice(0, MAX_PATH_CHARS),
          error: { code, docs },
        },
      };
    },
  });
  const procedure = trpc.procedure.use(async ({ next }) => {
    const result = await next();
    if (!result.ok) throw toTrpcError(result.error);
    return isStream(result.data)
      ? { ...result, data: suppressUnhandledRejections(result.data) }
      : result;
  });
  const mounted =
    complete === undefined
      ? procedure
      : procedure.use(({ ctx, next }) => next({ ctx: complete(ctx) }));
  return { router: trpc.router, mergeRouters: trpc.mergeRouters, procedure: mounted };
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * Passes the values on and marks rejections as handled. tRPC (11.25) requests the next value before
 * the client has taken the last. If the client stalls there and the stream fails or is aborted, the
 * rejection is unhandled and would end the process.
 */
function suppressUnhandledRejections<Value>(source: AsyncIterable<Value>): AsyncIterable<Value> {
  return {
    [Symbol.asyncIterator]: () => {
      const values = source[Symbol.asyncIterator]();
      return {
        next: () => suppressed(values.next()),
        return: async () => (await values.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

function suppressed<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
