import type { AppRouter } from '@runtape/server';
import {
  createTRPCClient,
  type getFetch,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import { fromStatus, unreachable } from '../errors.ts';
import type { EventSourceClass, EventSourceOptions } from './event-source.ts';
import { serverUrl } from './server-url.ts';
import { wire } from './wire.ts';

/** The typed vanilla tRPC client. */
export type TrpcClient = TRPCClient<AppRouter>;

export interface TrpcClientOptions {
  /** Where the server is reached. */
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly EventSource: EventSourceClass;
}

/** Calls go over fetch, subscriptions over an EventSource. */
export function createTrpcClient({ url: base, fetch, EventSource }: TrpcClientOptions): TrpcClient {
  const url = serverUrl(base, '/trpc');
  const eventSourceOptions: EventSourceOptions = fetch === undefined ? {} : { fetch };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url, transformer: wire, EventSource, eventSourceOptions }),
        false: httpLink({ url, transformer: wire, fetch: answering(fetch) }),
      }),
    ],
  });
}

/** A fetch that tells apart a server that is not there, one that is not ours, and an answer. */
function answering(fetch = globalThis.fetch): ReturnType<typeof getFetch> {
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
