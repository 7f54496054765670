import type { AppRouter } from '@runtape/server';
import { RuntapeClientError } from '@runtape/client';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

/** Replaces the browser's own errors, such as "Failed to fetch", by messages that help. */
export const errorLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (value) => observer.next(value),
        complete: () => observer.complete(),
        error: (error) => {
          const isAnswer = error.data !== undefined;
          observer.error(isAnswer ? error : TRPCClientError.from(RuntapeClientError.from(error)));
        },
      }),
    );
