import { RequestError } from 'octokit';
import { z } from 'zod';
import { fatal, limited, retryable } from '../failures.ts';
import type { GitHub } from './github-client.ts';

/** The wait that GitHub recommends after a secondary rate limit without a `retry-after`. */
const DEFAULT_WAIT_MS = 60_000;
/** GitHub never asks for a longer wait; a header that does is a mistake. */
const MAX_WAIT_MS = 30 * 24 * 3_600_000;

export interface RequestDescription {
  /** The requested resource, for messages, e.g. `the issue acme/app#7`. */
  readonly about: string;
  /** The meaning of certain statuses for this request; never applied to a rate limit. */
  readonly refusals?: Readonly<Record<number, () => Error>>;
}

/** Converts any error of a request to GitHub into a failure with a helpful message. */
export function githubFailure(
  error: unknown,
  { about, refusals }: RequestDescription,
  github: GitHub,
): Error {
  if (error instanceof z.ZodError) {
    return retryable(
      'github_unavailable',
      `GitHub sent an unexpected answer when asked for ${about}. If this continues, check GITHUB_API_URL.`,
      { cause: error },
    );
  }
  if (!(error instanceof RequestError) || error.response === undefined) {
    return retryable(
      'github_unavailable',
      `GitHub could not be reached, or did not answer in time, when asked for ${about}. Check the network and GITHUB_API_URL.`,
      { cause: error },
    );
  }
  const limit = rateLimit(error, github.now());
  if (limit !== undefined) {
    const hint = github.hasToken ? '' : ' Without a token it allows 60 an hour: set GITHUB_TOKEN.';
    return limited('github_rate_limited', `GitHub accepts no more requests for now.${hint}`, {
      waitMs: limit.waitMs,
      now: github.now(),
      cause: error,
    });
  }
  return refusals?.[error.status]?.() ?? refusal(error, about, github);
}

function refusal(error: RequestError, about: string, { hasToken }: GitHub): Error {
  const { status } = error;
  if (status === 401) {
    return fatal(
      'github_unauthorized',
      'GitHub does not accept the token. Put a valid one into GITHUB_TOKEN, or leave it out for public repositories.',
      error,
    );
  }
  if (status === 403 || status === 451) {
    const hint = hasToken
      ? 'Give the token access to the repository and its issues.'
      : 'Set GITHUB_TOKEN to a token that may.';
    return fatal('github_forbidden', `GitHub does not allow access to ${about}. ${hint}`, error);
  }
  if (status >= 500) {
    return retryable(
      'github_unavailable',
      `GitHub failed with ${status} when asked for ${about}. This usually passes.`,
      { cause: error },
    );
  }
  return fatal(
    'github_unavailable',
    `GitHub refused with ${status} when asked for ${about}. Check GITHUB_API_URL.`,
    error,
  );
}

/** The wait of a rate limit; `undefined` if the refusal has another reason. */
function rateLimit(error: RequestError, now: number): { waitMs: number } | undefined {
  if (error.status !== 403 && error.status !== 429) return undefined;
  const headers = error.response?.headers;
  const waitMs = readRetryAfter(String(headers?.['retry-after'] ?? ''), now);
  if (waitMs !== null) return { waitMs };
  const reset = Number(headers?.['x-ratelimit-reset'] ?? Number.NaN);
  if (headers?.['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) {
    return { waitMs: clamp(0, reset * 1000 - now, MAX_WAIT_MS) };
  }
  if (error.status === 429 || /rate limit|abuse/i.test(error.message)) {
    return { waitMs: DEFAULT_WAIT_MS };
  }
  return undefined;
}

/** Parses seconds or a date; `null` if the value is neither. */
function readRetryAfter(value: string, now: number): number | null {
  if (value.trim() === '') return null;
  const seconds = Number(value);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(waitMs) ? clamp(0, waitMs, MAX_WAIT_MS) : null;
}

function clamp(min: number, value: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
