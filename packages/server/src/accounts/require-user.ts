import { ApiError } from '../errors/api-error.ts';
import { type Identity, isKnown } from './identity.ts';

/** @throws ApiError `unauthorized` when nobody is signed in, on a server where people do. */
export function requireUser({ identity }: { readonly identity: Identity }): Identity {
  if (isKnown(identity)) return identity;
  throw notSignedIn();
}

/**
 * Lets those pass who may see something: who is signed in, or was shown a workflow.
 * @throws ApiError `unauthorized` for anybody else.
 */
export function requireViewer({ identity }: { readonly identity: Identity }): void {
  if (!isKnown(identity) && identity.shared.size === 0) throw notSignedIn();
}

/** Whoever asked was signed in, and is no more: a request may take longer than a session. */
export function sessionExpired(): ApiError {
  return new ApiError('unauthorized', 'The session has expired. Sign in again.');
}

/** Whoever watched could only see the workflow by a link. */
export function linkExpired(): ApiError {
  return new ApiError('unauthorized', 'The link has expired. Ask who sent it for a new one.');
}

export function notSignedIn(): ApiError {
  return new ApiError(
    'unauthorized',
    'Sign in first: this server shows everybody only their own workflows.',
  );
}
