import type { ApiContext } from '../api-context.ts';
import { ApiError } from '../errors.ts';
import { type Identity, isKnown } from './identity.ts';

/** @throws ApiError `unauthorized` when nobody is signed in, on a server where people do. */
export function requireUser({ identity }: Pick<ApiContext, 'identity'>): Identity {
  if (isKnown(identity)) return identity;
  throw notSignedIn();
}

export function notSignedIn(): ApiError {
  return new ApiError(
    'unauthorized',
    'Sign in first: this server shows everybody only their own workflows.',
  );
}
