import { type ApiError, statusOf } from './api-error.ts';

/**
 * An error as JSON: `{error: {code, message, docs}}`; with `Retry-After` where it is known when to
 * ask again.
 */
export function errorResponse(error: ApiError, headers: Record<string, string> = {}): Response {
  const { code, message, docs, retryAfterSeconds } = error;
  const status = statusOf(error);
  const wait = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return Response.json(
    { error: { code, message, docs } },
    { status, headers: { ...wait, ...headers } },
  );
}
