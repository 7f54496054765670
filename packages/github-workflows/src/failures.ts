import { FatalError, RetryableError } from '@runtape/engine';

/** The codes of all failures of the workflows. Each has a page in `docs/errors/`. */
export const failureCodes = [
  'agent_bad_answer',
  'archive_unreadable',
  'archive_unsafe',
  'cache_not_writable',
  'folder_not_found',
  'folder_not_readable',
  'github_forbidden',
  'github_rate_limited',
  'github_unauthorized',
  'github_unavailable',
  'issue_deleted',
  'issue_not_found',
  'local_not_allowed',
  'model_bad_response',
  'model_not_allowed',
  'model_not_found',
  'model_quota_exhausted',
  'model_rate_limited',
  'model_refused',
  'model_rejected_request',
  'model_unauthorized',
  'model_unavailable',
  'post_failed',
  'post_needs_github_issue',
  'post_needs_token',
  'post_not_allowed',
  'private_not_allowed',
  'repository_empty',
  'repository_not_found',
  'repository_too_large',
  'repository_without_text',
  'unknown_sample',
] as const;

export type WorkflowFailureCode = (typeof failureCodes)[number];

/** A failure that a retry would only repeat. */
export function fatal(code: WorkflowFailureCode, message: string, cause?: unknown): FatalError {
  return new FatalError(code, message, { cause });
}

/** A temporary failure; another attempt makes sense, at the earliest after `retryAfterMs`. */
export function retryable(
  code: WorkflowFailureCode,
  message: string,
  options: { cause?: unknown; retryAfterMs?: number } = {},
): RetryableError {
  return new RetryableError(code, message, options);
}

/** For a longer rate limit, a person decides whether to wait. */
const MAX_WAIT_MS = 5 * 60_000;
const MAX_NAMED_WAIT_MS = 366 * 24 * 60 * 60_000;

/** A rate limit: retried if the wait is short, otherwise fatal with the time when it is over. */
export function limited(
  code: 'github_rate_limited' | 'model_rate_limited' | 'model_unavailable',
  message: string,
  { waitMs, now, cause }: { waitMs: number | null; now: number; cause: unknown },
): FatalError | RetryableError {
  if (waitMs === null) return retryable(code, message, { cause });
  if (waitMs <= MAX_WAIT_MS) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    return retryable(code, `${message} It asked us to wait ${seconds} s.`, {
      cause,
      retryAfterMs: waitMs,
    });
  }
  // A wait of years is a mistake, and could exceed the range of dates.
  if (waitMs > MAX_NAMED_WAIT_MS) return fatal(code, `${message} Start again another day.`, cause);
  const until = new Date(now + waitMs).toISOString().slice(0, 16).replace('T', ' ');
  return fatal(code, `${message} Start again after ${until} UTC.`, cause);
}
