import { useEffect, useState } from 'react';
import { acceptShare } from './session.ts';

const PREFIX = '#share=';
const TOKEN = /^[\w.~-]+$/;

type SharedLink =
  | { readonly state: 'none' | 'accepting' }
  | { readonly state: 'refused'; readonly message: string; readonly dismiss: () => void };

/** A new object for each visit, so that the same link can be followed again. */
interface Link {
  /** `null` when the text cannot be a token. */
  readonly token: string | null;
}

/**
 * Accepts a shared link, `…#share=<token>`. The token is immediately removed from the address, so
 * that it is neither copied nor kept in the history.
 */
export function useSharedLink(): SharedLink {
  const [found, setFound] = useState(linkInAddress);
  const [link, setLink] = useState<SharedLink>({ state: found === null ? 'none' : 'accepting' });
  useEffect(() => {
    const onHashChange = (): void => {
      const next = linkInAddress();
      if (next === null) return;
      setLink({ state: 'accepting' });
      setFound(next);
    };
    addEventListener('hashchange', onHashChange);
    return () => removeEventListener('hashchange', onHashChange);
  }, []);
  useEffect(() => {
    if (found === null) return undefined;
    history.replaceState(history.state, '', location.pathname + location.search);
    let isCurrent = true;
    const show = (next: SharedLink): void => {
      if (isCurrent) setLink(next);
    };
    acceptLink(found).then(
      () => show({ state: 'none' }),
      (error: unknown) =>
        show({
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

async function acceptLink({ token }: Link): Promise<void> {
  if (token === null) throw new Error('A part of the link is missing or was changed.');
  await acceptShare(token);
}

function linkInAddress(): Link | null {
  const { hash } = location;
  if (!hash.startsWith(PREFIX)) return null;
  const token = decode(hash.slice(PREFIX.length));
  return { token: token !== null && TOKEN.test(token) ? token : null };
}

/** @returns `null` for an incomplete escape sequence. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
