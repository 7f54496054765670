import type { GithubRouter } from '@runtape/github-workflows/contract';
import { RuntapeClientError } from '@runtape/client';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

/** Replaces the browser's own errors, such as "Failed to fetch", with helpful messages. */
export const errorLink: TRPCLink<GithubRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (value) => observer.next(value),
        complete: () => observer.complete(),
        error: (error) => {
          const hasResponse = error.data !== undefined;
          observer.error(
            hasResponse ? error : TRPCClientError.from(RuntapeClientError.from(error)),
          );
        },
      }),
    );
