import { sessionExpired } from '../accounts/require-user.ts';
import { ApiError, toTrpcError } from '../errors/api-error.ts';
import type { OpenStream } from '../limits/stream-limiter.ts';

/** Ends every stream when the server is about to stop. */
export function drainingError(): ApiError {
  return new ApiError('draining', 'The server is about to restart. Connect again to go on.');
}

/**
 * Returns the error for a stream that the server has ended, so that the client knows what to do.
 */
export function whyEnded(draining: AbortSignal, { expired }: OpenStream, error: unknown): unknown {
  if (draining.aborted) return drainingError();
  if (expired.aborted) return sessionExpired();
  return error;
}

/** Converts to the error that tRPC expects; aborts pass unchanged. */
export function toStreamError(error: unknown): Error {
  return error instanceof Error && error.name === 'AbortError' ? error : toTrpcError(error);
}
