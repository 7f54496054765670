import type { AppRouter } from '@runtape/contract';
import {
  createTRPCClient,
  type getFetch,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { fromStatus, unreachable } from './errors.ts';
import type { EventSourceClass, EventSourceOptions } from './event-source.ts';
import { serverUrl } from './server-url.ts';
import { deserialize, serialize } from './wire-format.ts';

const transformer = { serialize, deserialize };

/** The typed vanilla tRPC client. */
export type TrpcClient = TRPCClient<AppRouter>;

export interface TrpcClientOptions {
  /** The base URL of the server. */
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly EventSource: EventSourceClass;
}

/**
 * Creates a tRPC client that makes calls with fetch and opens subscriptions with an EventSource.
 */
export function createTrpcClient({ url: base, fetch, EventSource }: TrpcClientOptions): TrpcClient {
  const url = serverUrl(base, '/trpc');
  const eventSourceOptions: EventSourceOptions = fetch === undefined ? {} : { fetch };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url, transformer, EventSource, eventSourceOptions }),
        false: httpLink({ url, transformer, fetch: withClientErrors(fetch) }),
      }),
    ],
  });
}

/**
 * Returns a fetch that rejects when the server is unreachable or the response is not JSON, and so
 * not from Runtape.
 */
function withClientErrors(fetch = globalThis.fetch): ReturnType<typeof getFetch> {
  return async (input, init) => {
    const { signal = null, ...rest } = init ?? {};
    const response = await fetch(input, { ...rest, signal }).catch((cause: unknown) => {
      throw signal?.aborted === true ? cause : unreachable(cause);
    });
    const type = response.headers.get('content-type') ?? '';
    if (/^application\/json\b/i.test(type)) return response;
    await response.body?.cancel();
    throw fromStatus(response.status);
  };
}
