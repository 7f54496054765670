import { sessionOver } from '../accounts/require-user.ts';
import { ApiError, toTrpcError } from '../errors/api-error.ts';
import type { OpenStream } from '../limits/stream-limiter.ts';

/** We ended it, and its client is to know what to do. */
export function whyEnded(draining: AbortSignal, { expired }: OpenStream, error: unknown): unknown {
  if (draining.aborted) {
    return new ApiError('draining', 'The server is about to restart. Connect again to go on.');
  }
  if (expired.aborted) return sessionOver();
  return error;
}

/** As tRPC wants it thrown; who left is not told anything. */
export function toStreamError(error: unknown): Error {
  return error instanceof Error && error.name === 'AbortError' ? error : toTrpcError(error);
}
