import { findNotified, type Notified } from '@runtape/github-comment';
import { useEffect, useState } from 'react';

/** How long somebody must pause before it is looked again, in ms. */
const PAUSE_MS = 150;

/**
 * Whom GitHub would tell of a comment. Typing does not wait for it.
 * @returns `null` while it is not known for this very text.
 */
export function useNotified(text: string): Notified | null {
  const [found, setFound] = useState<{ text: string; notified: Notified } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const look = async (): Promise<void> => {
      const notified = await findNotified(text, { signal });
      if (!signal.aborted) setFound({ text, notified });
    };
    const timer = setTimeout(() => {
      look().catch((error: unknown) => {
        // Changed or closed meanwhile: nobody waits for it.
        if (!signal.aborted) reportError(error);
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return found?.text === text ? found.notified : null;
}
