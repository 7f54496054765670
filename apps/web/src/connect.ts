import type { AppRouter } from '@runtape/api';
import { createRuntapeClient, createSharedStreams } from '@runtape/client';
import { QueryClient } from '@tanstack/react-query';
import { httpBatchLink, isTRPCClientError } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import superjson from 'superjson';

const ATTEMPTS = 3;

/** Typed hooks for what is asked once; streams go through `@runtape/react`. */
export const trpc = createTRPCReact<AppRouter>();

/** The connections of the page to the server that served it. */
export function connect(origin: string) {
  return {
    // A browser opens six connections to a server at most: tabs with a stream each would leave none for anything else.
    runtape: createRuntapeClient({
      url: origin,
      sharing: createSharedStreams({ worker: startStreamsWorker }),
    }),
    trpcClient: trpc.createClient({
      links: [httpBatchLink({ url: `${origin}/trpc`, transformer: superjson })],
    }),
    queryClient: new QueryClient({
      defaultOptions: {
        // The server is on this machine as a rule: a laptop that is offline still reaches it.
        queries: { retry: retryUnanswered, networkMode: 'always' },
        mutations: { retry: retryUnanswered, networkMode: 'always' },
      },
    }),
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
