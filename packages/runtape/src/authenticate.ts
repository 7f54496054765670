import { type Accounts, ApiError, type Identity } from '@runtape/server';

/** The user of a request. */
export interface User {
  /** Names the user in every log: never reuse it for somebody else. */
  readonly userId: string;
  /** The name to show. Default: none. */
  readonly name?: string | undefined;
  /** Whether the user may see and change the workflows of all users. Default: false. */
  readonly seesAll?: boolean | undefined;
  /** When the session ends, in ms since 1970; streams end then. Default: never. */
  readonly expiresAt?: number | undefined;
}

/**
 * Finds the user of a request, for instance by its cookie.
 * @returns `null` when nobody is signed in.
 */
export type Authenticate = (request: Request) => User | null | Promise<User | null>;

const NOBODY: Identity = {
  userId: null,
  name: null,
  seesAll: false,
  shared: new Map(),
  expiresAt: null,
};

/**
 * Makes accounts of a function that finds the user of a request.
 * @param onError called with what the function throws.
 */
export function accountsOf(
  authenticate: Authenticate,
  { basePath, onError }: { readonly basePath: string; readonly onError: (error: unknown) => void },
): Accounts {
  const identify = async (request: Request): Promise<Identity> => {
    try {
      return identityOf(await authenticate(request));
    } catch (cause) {
      onError(cause);
      throw new ApiError('authenticate_failed', FAILED, { cause });
    }
  };
  return {
    isOn: true,
    basePath,
    identify,
    signIn: async () => {
      throw new ApiError('invalid_input', 'Sign in on the pages of the app that runs this server.');
    },
    canShare: false,
    share: cannotShare,
    takeShare: cannotShare,
  };
}

/**
 * The identity of a user.
 * @throws TypeError when it is neither a user nor `null`: whatever is unknown may do nothing.
 */
export function identityOf(user: User | null): Identity {
  if (user === null) return NOBODY;
  const { userId, name, seesAll, expiresAt } = user ?? {};
  if (typeof userId !== 'string' || userId === '') {
    throw new TypeError(
      'A user is { userId } with a text that is not empty, or null when nobody is signed in.',
    );
  }
  return {
    userId,
    name: name ?? null,
    seesAll: seesAll === true,
    shared: new Map(),
    expiresAt: expiresAt ?? null,
  };
}

const FAILED =
  'The server could not find out who you are. Try again in a moment; if it stays, the log of the server says more.';

async function cannotShare(): Promise<never> {
  throw new ApiError('sharing_unavailable', 'This server makes no links for sharing.');
}
