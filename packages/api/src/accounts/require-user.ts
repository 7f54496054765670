import type { ApiContext } from '../api-context.ts';
import { ApiError } from '../errors.ts';
import { type Identity, isKnown } from './identity.ts';

/** @throws ApiError `unauthorized` when nobody is signed in, on a server where people do. */
export function requireUser({ identity }: Pick<ApiContext, 'identity'>): Identity {
  if (isKnown(identity)) return identity;
  throw notSignedIn();
}

/**
 * Lets those pass who may see something: who is signed in, or was shown a workflow.
 * @throws ApiError `unauthorized` for anybody else.
 */
export function requireViewer({ identity }: Pick<ApiContext, 'identity'>): void {
  if (!isKnown(identity) && identity.shared.size === 0) throw notSignedIn();
}

export function notSignedIn(): ApiError {
  return new ApiError(
    'unauthorized',
    'Sign in first: this server shows everybody only their own workflows.',
  );
}
