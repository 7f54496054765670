import { useEffect, useState } from 'react';
import { takeShare } from './session.ts';

const PREFIX = '#share=';
/** The characters that a token is made of. */
const TOKEN = /^[\w.~-]+$/;

type SharedLink =
  | { readonly state: 'none' | 'taking' }
  | { readonly state: 'refused'; readonly message: string; readonly dismiss: () => void };

/** What an address brings; each time it is followed another object, so that the same link can be followed again. */
interface Found {
  /** `null` when what stands there can be no token. */
  readonly token: string | null;
}

/**
 * Takes up a link that somebody shared, `…#share=<token>`. The token goes out of the address at once: it is not to be sent on
 * by who copies the address, nor to stay in the history.
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

/** `null` where an escape was cut. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
