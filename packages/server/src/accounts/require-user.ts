import { ApiError } from '../errors/api-error.ts';
import { type Identity, isKnown } from './identity.ts';

/** @throws ApiError `unauthorized` when the client is not signed in and there are accounts. */
export function requireUser({ identity }: { readonly identity: Identity }): Identity {
  if (isKnown(identity)) return identity;
  throw notSignedIn();
}

/** @throws ApiError `unauthorized` when the client is not signed in and has no share link. */
export function requireViewer({ identity }: { readonly identity: Identity }): void {
  if (!isKnown(identity) && identity.shared.size === 0) throw notSignedIn();
}

/** The session expired during a long request. */
export function sessionExpired(): ApiError {
  return new ApiError('unauthorized', 'The session has expired. Sign in again.');
}

/** The share link expired through which the client was reading. */
export function linkExpired(): ApiError {
  return new ApiError('unauthorized', 'The link has expired. Ask who sent it for a new one.');
}

export function notSignedIn(): ApiError {
  return new ApiError(
    'unauthorized',
    'Sign in first: this server shows everybody only their own workflows.',
  );
}
