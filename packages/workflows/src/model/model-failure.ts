import { FatalError, RetryableError } from '@runtape/engine';
import { APIConnectionError, APIError } from 'openai';
import { z } from 'zod';
import { fatal, limited, retryable } from '../failures.ts';
import { truncate } from '../truncate.ts';
import type { Model } from './model-client.ts';

const MAX_REASON_CHARS = 300;

/** Turns whatever a request to the model ended with into a failure that a person can act on. */
export function modelFailure(error: unknown, model: Model): Error {
  if (error instanceof FatalError || error instanceof RetryableError) return error;
  if (error instanceof APIConnectionError) {
    return retryable(
      'model_unavailable',
      'The model could not be reached, or did not answer in time. Check the network and OPENAI_BASE_URL.',
      { cause: error },
    );
  }
  if (isRefusal(error)) return refusal(error, model);
  if (error instanceof SyntaxError || error instanceof z.ZodError) {
    return badResponse('sent something that is no answer', error);
  }
  return badResponse('broke off', error);
}

/** The answer began and cannot be used. */
export function badResponse(what: string, cause?: unknown): RetryableError {
  return retryable('model_bad_response', `The model's answer ${what}. Another attempt follows.`, {
    cause,
  });
}

/** The class itself says `any` of its fields. */
function isRefusal(error: unknown): error is APIError {
  return error instanceof APIError;
}

function refusal(error: APIError, model: Model): Error {
  // A message of the endpoint may repeat the key; none is passed on where the key is the matter.
  switch (error.status) {
    case 401:
    case 403:
      return fatal(
        'model_unauthorized',
        `The model's endpoint does not accept the key, or not for ${model.name}. Check OPENAI_API_KEY.`,
        error,
      );
    case 404:
      return fatal(
        'model_not_found',
        `There is no model ${model.name} at this endpoint. Check the name (OPENAI_MODEL, or the one given for a role) and OPENAI_BASE_URL.`,
        error,
      );
    case 429:
      return tooMuch(error, model);
    default:
      return error.status === undefined || error.status >= 500
        ? retryable('model_unavailable', 'The model failed on its side. This usually passes.', {
            cause: error,
          })
        : fatal(
            'model_rejected_request',
            `The model did not take the request: ${reasonOf(error)}`,
            error,
          );
  }
}

function tooMuch(error: APIError, model: Model): Error {
  if (error.code === 'insufficient_quota') {
    return fatal(
      'model_quota_exhausted',
      "The account's quota for the model is used up. Raise it, or use another key.",
      error,
    );
  }
  const now = model.now();
  return limited('model_rate_limited', 'The model takes no more requests for now.', {
    waitMs: retryAfterMs(error.headers, now),
    now,
    cause: error,
  });
}

/** As HTTP has it, in seconds or as a date, or in milliseconds as OpenAI sends it beside. */
function retryAfterMs(headers: Headers | undefined, now: number): number | null {
  const inMs = headers?.get('retry-after-ms') ?? '';
  if (/^\d+(?:\.\d+)?$/.test(inMs)) return Number(inMs);
  const after = headers?.get('retry-after') ?? '';
  if (/^\d+(?:\.\d+)?$/.test(after)) return Number(after) * 1000;
  const at = Date.parse(after);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** The endpoint's own words, which say best what it does not like; without anything that looks like a key. */
function reasonOf(error: Error): string {
  const words = error.message.replaceAll(/\b(?:sk|key|pk)-[\w-]{6,}/gi, '(key)');
  return truncate(words.replaceAll(/\s+/g, ' '), MAX_REASON_CHARS).text;
}
