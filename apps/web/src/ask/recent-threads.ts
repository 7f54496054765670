import { useState } from 'react';
import { z } from 'zod';
import { readList, storageKey, writeList } from '../local-storage.ts';

const MOST = 20;
const MAX_TITLE_CHARS = 200;

const threadsSchema = z.array(
  z.object({ threadId: z.string().max(100), title: z.string().max(MAX_TITLE_CHARS) }),
);

/** A conversation, named by its first question. */
export type RecentThread = z.infer<typeof threadsSchema>[number];

/**
 * The conversations of this browser, the last one first.
 * @param userId `null` on servers without accounts.
 */
export function useRecentThreads(userId: string | null) {
  const key = storageKey(userId === null ? 'recent-threads' : `recent-threads ${userId}`);
  const [threads, setThreads] = useState(() => readList(key, threadsSchema));
  // Other tabs write there too: keep what they have added.
  const change = (next: (kept: readonly RecentThread[]) => readonly RecentThread[]): void => {
    const changed = next(readList(key, threadsSchema)).slice(0, MOST);
    setThreads(changed);
    writeList(key, changed);
  };
  return {
    threads,
    /** Puts a conversation first; a known one keeps its title. */
    remember: (threadId: string, title: string) =>
      change((kept) => {
        const known = kept.find((thread) => thread.threadId === threadId);
        const thread = known ?? { threadId, title: title.slice(0, MAX_TITLE_CHARS) };
        return [thread, ...without(kept, threadId)];
      }),
    forget: (threadId: string) => change((kept) => without(kept, threadId)),
  };
}

function without(threads: readonly RecentThread[], threadId: string): readonly RecentThread[] {
  return threads.filter((thread) => thread.threadId !== threadId);
}
