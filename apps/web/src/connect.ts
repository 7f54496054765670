import type { GithubRouter } from '@runtape/github-workflows/contract';
import { createRuntapeClient } from '@runtape/client';
import { createSharedStreams } from '@runtape/client-tabs';
import { QueryClient } from '@tanstack/react-query';
import { httpBatchLink, isTRPCClientError } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import superjson from 'superjson';
import { ServerClock } from './format/server-clock.ts';
import { errorLink } from './error-link.ts';
import { recheckSession } from './session/use-session.ts';
import { fromPreloaded } from './workflow/preload-workflow.ts';

const MAX_RETRIES = 3;
const UNAUTHORIZED = 401;
/** The status of a batch in which some calls failed. */
const MULTI_STATUS = 207;

/** Typed hooks for queries and mutations; streams use `@runtape/react`. */
export const trpc = createTRPCReact<GithubRouter>();

/**
 * The page's connections to its server.
 * @param url without a slash at the end.
 */
export function connect(url: string) {
  const queryClient = new QueryClient({
    defaultOptions: {
      // The server is usually on this machine, so it is reachable without a network.
      queries: { retry: retryWithoutResponse, networkMode: 'always' },
      mutations: { retry: retryWithoutResponse, networkMode: 'always' },
    },
  });
  const clock = new ServerClock();
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const sentAt = clock.localNow();
    const response = await globalThis.fetch(input, init);
    clock.observe(response, sentAt);
    // The session may have expired.
    if (response.status === UNAUTHORIZED || response.status === MULTI_STATUS)
      recheckSession(queryClient);
    return response;
  };
  return {
    // A browser opens at most six connections to a server, so all tabs share one stream.
    runtape: fromPreloaded(
      createRuntapeClient({
        url,
        fetch,
        sharing: createSharedStreams({ worker: startStreamsWorker }),
      }),
      queryClient,
    ),
    trpcClient: trpc.createClient({
      links: [
        errorLink,
        httpBatchLink({
          url: `${url}/trpc`,
          // The server's limit.
          maxItems: 10,
          transformer: superjson,
          fetch: (input, init) => fetch(input, { ...init, signal: init?.signal ?? null }),
        }),
      ],
    }),
    queryClient,
    clock,
  };
}

function startStreamsWorker(): SharedWorker {
  return new SharedWorker(new URL('./streams-worker.ts', import.meta.url), {
    type: 'module',
    name: 'Runtape streams',
  });
}

/** Retries only requests without a response: the server would refuse the others again. */
function retryWithoutResponse(failures: number, error: unknown): boolean {
  const hasResponse = isTRPCClientError<GithubRouter>(error) && error.data !== undefined;
  return !hasResponse && failures < MAX_RETRIES;
}
