import type { AppRouter } from '@runtape/server';
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

const ATTEMPTS = 3;
const UNAUTHORIZED = 401;
/** What tRPC answers when of several calls in one request some were refused. */
const MIXED = 207;

/** Typed hooks for what is asked once; streams go through `@runtape/react`. */
export const trpc = createTRPCReact<AppRouter>();

/**
 * The connections of the page to the server that served it.
 * @param url where that is, without a slash at the end.
 */
export function connect(url: string) {
  const queryClient = new QueryClient({
    defaultOptions: {
      // The server is on this machine as a rule: a laptop that is offline still reaches it.
      queries: { retry: retryUnanswered, networkMode: 'always' },
      mutations: { retry: retryUnanswered, networkMode: 'always' },
    },
  });
  const clock = new ServerClock();
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const sentAt = clock.localNow();
    const response = await globalThis.fetch(input, init);
    clock.observe(response, sentAt);
    // Perhaps the session has expired; then the page asks to sign in, wherever one is.
    if (response.status === UNAUTHORIZED || response.status === MIXED) recheckSession(queryClient);
    return response;
  };
  return {
    // A browser opens six connections to a server at most: tabs with a stream each would leave none for anything else.
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
          // As many as the server takes.
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

/** What the server has refused it refuses again; what got no answer of it may get one. */
function retryUnanswered(failures: number, error: unknown): boolean {
  const isAnswer = isTRPCClientError<AppRouter>(error) && error.data !== undefined;
  return !isAnswer && failures < ATTEMPTS;
}
