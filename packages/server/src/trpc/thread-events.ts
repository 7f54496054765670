import { threadIdSchema } from '@runtape/events';
import { z } from 'zod';
import { MAX_LIMIT } from '../read/pages/read-page.ts';
import { readThreadPage } from '../read/threads/read-thread-page.ts';
import { threadCursorInputSchema } from '../read/threads/thread-cursor.ts';
import type { ThreadItem } from '../read/threads/thread-item.ts';
import type { Procedure } from './create-trpc.ts';
import { type ThreadEvent, threadEventOf } from './thread-event.ts';

const inputSchema = z.object({
  threadId: threadIdSchema,
  after: threadCursorInputSchema.optional(),
  limit: z.int().min(1).max(MAX_LIMIT).optional(),
});

/** Some of what happened in a thread, for those who cannot stream. */
export interface ThreadEventPage {
  /** Those of each workflow in order, as `onThreadEvents` has them. */
  readonly events: readonly (ThreadEvent & { readonly cursor: string })[];
  /** Pass as `after` to go on; `null` while there is nothing to go on from. */
  readonly next: string | null;
  /** There is more to be had at once. */
  readonly more: boolean;
}

/** A page of what happened in a thread after a cursor. */
export const threadEvents = (procedure: Procedure) =>
  procedure.input(inputSchema).query(async ({ ctx, input, signal }): Promise<ThreadEventPage> => {
    const { items, next, more } = await readThreadPage(ctx, {
      ...input,
      after: input.after,
      onError: (error) => ctx.report(error, 'thread.events'),
      signal: signal ?? new AbortController().signal,
    });
    return { events: items.map(listed), next, more };
  });

function listed(item: ThreadItem): ThreadEventPage['events'][number] {
  return { cursor: item.cursor, ...threadEventOf(item) };
}
