import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { readSession, type SessionInfo, signOut } from './session.ts';

interface KnownSession extends SessionInfo {
  /** The session ended without signing out. */
  readonly hasExpired: boolean;
}

const KEY = ['session'];
/** Browsers limit a timer to 24 days. */
const MAX_INTERVAL_MS = 24 * 60 * 60 * 1000;
const MIN_INTERVAL_MS = 1000;

function sessionQuery(queries: QueryClient) {
  return queryOptions({
    queryKey: KEY,
    queryFn: async (): Promise<KnownSession> => {
      const before = queries.getQueryData<KnownSession>(KEY);
      const session = await readSession();
      const wasSignedIn = before?.accounts === true && (before.signedIn || before.hasExpired);
      return { ...session, hasExpired: wasSignedIn && !session.signedIn };
    },
    staleTime: Infinity,
    // Notices the end of the session even without other requests.
    refetchInterval: ({ state: { data } }) =>
      data?.expiresInMs === undefined
        ? false
        : Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, data.expiresInMs)),
    refetchIntervalInBackground: true,
    // Another tab may have signed out.
    refetchOnWindowFocus: 'always',
  });
}

export function useSession() {
  return useQuery(sessionQuery(useQueryClient()));
}

export function preloadSession(queries: QueryClient): void {
  void queries.prefetchQuery(sessionQuery(queries));
}

/** Checks the session after the server has answered `unauthorized`. */
export function recheckSession(queries: QueryClient): void {
  const known = queries.getQueryData<KnownSession>(KEY);
  if (known?.accounts === true && known.signedIn) void queries.invalidateQueries({ queryKey: KEY });
}

/** Starts a session, without data of an earlier user. */
export function enterSession(queries: QueryClient, session: SessionInfo): void {
  removeData(queries);
  queries.setQueryData<KnownSession>(KEY, { ...session, hasExpired: false });
}

/** Signs out and removes all data of the user. */
export async function leaveSession(queries: QueryClient): Promise<void> {
  await signOut();
  queries.setQueryData<KnownSession>(
    KEY,
    (known) => known && { ...known, signedIn: false, user: null, hasExpired: false },
  );
  removeData(queries);
}

/** Removes all data except the session. */
export function removeData(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
}
