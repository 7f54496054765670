import { z } from 'zod';
import { useStoredList } from '../local-storage.ts';

const MAX_THREADS = 20;
const MAX_TITLE_CHARS = 200;

const threadSchema = z.object({
  threadId: z.string().max(100),
  title: z.string().max(MAX_TITLE_CHARS),
});

/** A conversation, named after its first question. */
export type RecentThread = z.infer<typeof threadSchema>;

/**
 * The conversations of this browser, the last one first.
 * @param userId `null` on servers without accounts.
 */
export function useRecentThreads(userId: string | null) {
  const { items, update, remove } = useStoredList({
    name: userId === null ? 'recent-threads' : `recent-threads ${userId}`,
    schema: threadSchema,
    idOf: ({ threadId }) => threadId,
    maxItems: MAX_THREADS,
  });
  return {
    threads: items,
    /** Puts a conversation first; a known one keeps its title. */
    remember: (threadId: string, title: string) =>
      update(threadId, (known) => known ?? { threadId, title: title.slice(0, MAX_TITLE_CHARS) }),
    forget: remove,
  };
}
