import { useEffect, useState } from 'react';
import { takeShare } from './session.ts';

const PREFIX = '#share=';

type SharedLink =
  | { readonly state: 'none' | 'taking' }
  | { readonly state: 'refused'; readonly message: string; readonly dismiss: () => void };

/**
 * Takes up a link that somebody shared, `…#share=<token>`. The token goes out of the address at once: it is not to be sent on
 * by who copies the address, nor to stay in the history.
 */
export function useSharedLink(): SharedLink {
  const [token, setToken] = useState(tokenInAddress);
  const [link, setLink] = useState<SharedLink>({ state: token === null ? 'none' : 'taking' });
  useEffect(() => {
    const look = (): void => {
      const found = tokenInAddress();
      if (found === null) return;
      setLink({ state: 'taking' });
      setToken(found);
    };
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  useEffect(() => {
    if (token === null) return undefined;
    history.replaceState(history.state, '', location.pathname + location.search);
    let isCurrent = true;
    const settle = (next: SharedLink): void => {
      if (isCurrent) setLink(next);
    };
    takeShare(token).then(
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
  }, [token]);
  return link;
}

function tokenInAddress(): string | null {
  const { hash } = location;
  return hash.startsWith(PREFIX) ? decodeURIComponent(hash.slice(PREFIX.length)) : null;
}
