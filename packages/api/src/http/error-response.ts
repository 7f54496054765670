import { type ApiError, statusOf } from '../errors.ts';

/** An error as JSON: `{error: {code, message, docs}}`. */
export function errorResponse(error: ApiError, headers: Record<string, string> = {}): Response {
  const { code, message, docs } = error;
  const status = statusOf(error);
  return Response.json({ error: { code, message, docs } }, { status, headers });
}
