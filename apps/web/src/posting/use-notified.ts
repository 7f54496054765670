import { findNotified, type Notified } from '@runtape/github-comment';
import { useEffect, useState } from 'react';

/** How long typing must pause before the text is checked, in ms. */
const PAUSE_MS = 150;

/**
 * Finds the people and issues that GitHub will notify about a comment.
 * @returns `null` while the text is being checked.
 */
export function useNotified(text: string): Notified | null {
  const [found, setFound] = useState<{ text: string; notified: Notified } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const check = async (): Promise<void> => {
      const notified = await findNotified(text, { signal });
      if (!signal.aborted) setFound({ text, notified });
    };
    const timer = setTimeout(() => {
      check().catch((error: unknown) => {
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
