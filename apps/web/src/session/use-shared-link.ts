import { useEffect, useState } from 'react';
import { takeShare } from './session.ts';

const PREFIX = '#share=';
const TOKEN = /^[\w.~-]+$/;

type SharedLink =
  | { readonly state: 'none' | 'taking' }
  | { readonly state: 'refused'; readonly message: string; readonly dismiss: () => void };

/** A new object for each visit, so that the same link can be followed again. */
interface Found {
  /** `null` when it cannot be a token. */
  readonly token: string | null;
}

/**
 * Accepts a shared link, `…#share=<token>`. The token is removed from the address at once, so that
 * it is neither copied along nor kept in the history.
 */
export function useSharedLink(): SharedLink {
  const [found, setFound] = useState(foundInAddress);
  const [link, setLink] = useState<SharedLink>({ state: found === null ? 'none' : 'taking' });
  useEffect(() => {
    const look = (): void => {
      const next = foundInAddress();
      if (next === null) return;
      setLink({ state: 'taking' });
      setFound(next);
    };
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  useEffect(() => {
    if (found === null) return undefined;
    history.replaceState(history.state, '', location.pathname + location.search);
    let isCurrent = true;
    const settle = (next: SharedLink): void => {
      if (isCurrent) setLink(next);
    };
    takeUp(found).then(
      () => settle({ state: 'none' }),
      (error: unknown) =>
        settle({
          state: 'refused',
          message: error instanceof Error ? error.message : String(error),
          dismiss: () => setLink({ state: 'none' }),
        }),
    );
    return () => {
      isCurrent = false;
    };
  }, [found]);
  return link;
}

async function takeUp({ token }: Found): Promise<void> {
  if (token === null) throw new Error('A part of the link is missing or was changed.');
  await takeShare(token);
}

function foundInAddress(): Found | null {
  const { hash } = location;
  if (!hash.startsWith(PREFIX)) return null;
  const token = decoded(hash.slice(PREFIX.length));
  return { token: token !== null && TOKEN.test(token) ? token : null };
}

/** `null` for an incomplete escape. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
