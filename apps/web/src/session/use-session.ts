import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { readSession, type SessionInfo, signOut } from './session.ts';

/** The session as the page knows it. */
interface KnownSession extends SessionInfo {
  /** It was there, and is no more, though nobody signed out. */
  readonly hasExpired: boolean;
}

const KEY = ['session'];
/** Browsers keep no timer for weeks. */
const LONGEST_MS = 24 * 60 * 60 * 1000;
const SHORTEST_MS = 1000;

function sessionQuery(queries: QueryClient) {
  return queryOptions({
    queryKey: KEY,
    queryFn: async (): Promise<KnownSession> => {
      const before = queries.getQueryData<KnownSession>(KEY);
      const session = await readSession();
      const wasIn = before?.accounts === true && (before.signedIn || before.hasExpired);
      return { ...session, hasExpired: wasIn && !session.signedIn };
    },
    staleTime: Infinity,
    // At the end of the session, also when nothing else asks the server for anything.
    refetchInterval: ({ state: { data } }) =>
      data?.expiresInMs === undefined
        ? false
        : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, data.expiresInMs)),
    refetchIntervalInBackground: true,
    // Another tab may have signed out meanwhile.
    refetchOnWindowFocus: 'always',
  });
}

/** Who uses the page. */
export function useSession() {
  return useQuery(sessionQuery(useQueryClient()));
}

/** Begins to ask before the page is drawn. */
export function preloadSession(queries: QueryClient): void {
  void queries.prefetchQuery(sessionQuery(queries));
}

/** Asks again who is signed in, after the server has said that nobody is. */
export function recheckSession(queries: QueryClient): void {
  const known = queries.getQueryData<KnownSession>(KEY);
  if (known?.accounts === true && known.signedIn) void queries.invalidateQueries({ queryKey: KEY });
}

/** Somebody signed in: nothing stays of what another one saw. */
export function enterSession(queries: QueryClient, session: SessionInfo): void {
  forgetAnswers(queries);
  queries.setQueryData<KnownSession>(KEY, { ...session, hasExpired: false });
}

/** Signs out, and forgets what was seen. */
export async function leaveSession(queries: QueryClient): Promise<void> {
  await signOut();
  queries.setQueryData<KnownSession>(
    KEY,
    (known) => known && { ...known, signedIn: false, user: null, hasExpired: false },
  );
  forgetAnswers(queries);
}

/** Nothing stays of what somebody saw, but who they are. */
export function forgetAnswers(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
}
