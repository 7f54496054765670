import type { AppRouter } from '@runtape/api';
import { createRuntapeClient } from '@runtape/client';
import { httpBatchLink } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import superjson from 'superjson';

/** Typed hooks for what is asked once; streams go through `@runtape/react`. */
export const trpc = createTRPCReact<AppRouter>();

/** The connections of the page to the server that served it. */
export function connect(origin: string) {
  return {
    runtape: createRuntapeClient({ url: origin }),
    trpcClient: trpc.createClient({
      links: [httpBatchLink({ url: `${origin}/trpc`, transformer: superjson })],
    }),
  };
}
