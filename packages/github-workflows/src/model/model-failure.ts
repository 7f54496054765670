import { FatalError, RetryableError } from '@runtape/engine';
import { fatal, limited, retryable } from '../failures.ts';
import { IdleTimeout } from './idle-watch.ts';
import type { Model } from './model-client.ts';
import { type EndpointError, EndpointRefusal } from './wire/endpoint-error.ts';
import { NotAnEndpoint, UnreadableAnswer } from './wire/read-stream.ts';
import { wordList } from '../text/word-list.ts';

/** The conversation exceeds the model's context. The request may be shortened and sent again. */
export class ContextTooLong extends FatalError {
  /** The context size that the endpoint reports, in tokens; `null` if it reports none. */
  readonly contextTokens: number | null;

  constructor(message: string, contextTokens: number | null, cause: unknown) {
    super('model_rejected_request', message, { cause });
    this.contextTokens = contextTokens;
  }
}

const TOO_LONG = [
  'context length',
  'context_length',
  'context window',
  'context size',
  'context limit',
  'maximum context',
  'exceeds context',
  'n_ctx',
  'prompt is too long',
  'prompt too long',
  'input is too long',
  'input too long',
  'too many input tokens',
  'maximum number of tokens',
  'token limit',
  'reduce the length',
  'exceeds the limit of tokens',
  'string_above_max_length',
];
/** Such limits are temporary. */
const PER_TIME = ['per minute', 'per day', 'per hour', 'rate limit', 'rate_limit', '(tpm)'];
const NO_CREDIT_CODES = new Set(
  wordList(`
  insufficient_quota insufficient_balance insufficient_credits insufficient_user_quota
  billing_hard_limit_reached billing_not_active payment_required
`),
);
const NO_CREDIT = [
  'no credits',
  'not enough credits',
  'insufficient credit',
  'insufficient balance',
  'insufficient quota',
  'insufficient funds',
  'out of credits',
  'credit balance is too low',
  'exceeded your current quota',
  'requires more credits',
  'payment required',
];
const KEY_CODES = new Set(
  wordList(`
  invalid_api_key authentication_error invalid_authentication_error permission_error
  permission_denied unauthorized forbidden unauthenticated
`),
);
const MODEL_CODES = new Set(
  wordList('model_not_found model_not_available invalid_model unknown_model not_found_error'),
);
const RATE_CODES = new Set(
  wordList(`
  rate_limit_exceeded rate_limit_error rate_limit_reached_error too_many_requests requests
  tokens resource_exhausted throttling
`),
);
const REQUEST_CODES = new Set(
  wordList(`
  invalid_request_error invalid_request bad_request bad_request_error invalid_argument
  badrequesterror validation_error unsupported_value unsupported_parameter
`),
);
/** Statuses that are unrelated to the request itself. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 409, 425]);

/** Converts any error of a request to the model into a failure with a helpful message. */
export function modelFailure(error: unknown, model: Model): Error {
  if (error instanceof FatalError || error instanceof RetryableError) return error;
  const cause = refusalIn(error);
  if (cause !== null) return refused(cause, model);
  if (error instanceof IdleTimeout) return timedOut(error);
  if (error instanceof UnreadableAnswer) return badResponse(error.message, error);
  if (error instanceof NotAnEndpoint) {
    return fatal(
      'model_not_found',
      `The address that should be the model's endpoint answers with ${error.page}. Check OPENAI_BASE_URL; it often ends in /v1.`,
      error,
    );
  }
  return retryable(
    'model_unavailable',
    'The model could not be reached. Check the network and OPENAI_BASE_URL.',
    { cause: error },
  );
}

/** The answer started, but cannot be used. */
export function badResponse(what: string, cause?: unknown): RetryableError {
  return retryable('model_bad_response', `The model's answer ${what}.`, {
    cause,
  });
}

/** Finds the refusal within an error, since the SDK wraps whatever its `fetch` throws. */
export function refusalIn(error: unknown): EndpointRefusal | null {
  if (error instanceof EndpointRefusal) return error;
  return error instanceof Error && error.cause instanceof EndpointRefusal ? error.cause : null;
}

function timedOut(error: IdleTimeout): RetryableError {
  const seconds = Math.max(1, Math.round(error.idleMs / 1000));
  return retryable(
    'model_unavailable',
    `The model sent nothing for ${seconds} s, so we stopped waiting; this limit is ours. Set MODEL_IDLE_SECONDS to wait longer.`,
    { cause: error },
  );
}

function refused(cause: EndpointRefusal, model: Model): Error {
  const { error } = cause;
  const { status } = error;
  const detail = error.message === '' ? '' : ` It said: ${sentence(error.message)}`;
  if (isTooLong(error)) {
    return new ContextTooLong(
      `The conversation is too long for the model's context.${detail} Use a model with a larger context, or set MODEL_CONTEXT_TOKENS to what this one reads.`,
      contextSizeIn(error.message),
      cause,
    );
  }
  if (isOutOfCredit(error)) {
    return fatal(
      'model_quota_exhausted',
      `The account's quota or credit for the model is used up.${detail} Raise it, or use another key.`,
      cause,
    );
  }
  if (status === 401 || status === 403 || (status === null && has(KEY_CODES, error))) {
    return fatal(
      'model_unauthorized',
      `The model's endpoint does not accept the key, or not for ${model.name}.${detail} Check OPENAI_API_KEY.`,
      cause,
    );
  }
  if (status === 404 || has(MODEL_CODES, error)) {
    return fatal(
      'model_not_found',
      `There is no model ${model.name} at this endpoint.${detail} Check the name (OPENAI_MODEL, or the one given for a role) and OPENAI_BASE_URL.`,
      cause,
    );
  }
  if (status === 429 || (status === null && has(RATE_CODES, error))) {
    return temporary(
      'model_rate_limited',
      `The model accepts no more requests for now.${detail}`,
      cause,
      model,
    );
  }
  if (isTemporary(error)) {
    return temporary(
      'model_unavailable',
      `The model failed on its side. This usually passes.${detail}`,
      cause,
      model,
    );
  }
  return fatal('model_rejected_request', `The model rejected the request.${detail}`, cause);
}

/** Temporary failures are retried, unless the endpoint says that a retry is pointless. */
function temporary(
  code: 'model_rate_limited' | 'model_unavailable',
  message: string,
  cause: EndpointRefusal,
  model: Model,
): Error {
  const { retryAfterMs, shouldRetry } = cause.error;
  if (shouldRetry === false) return fatal(code, message, cause);
  return limited(code, message, { waitMs: retryAfterMs, now: model.now(), cause });
}

function isTemporary(error: EndpointError): boolean {
  const { status, shouldRetry } = error;
  if (shouldRetry !== null) return shouldRetry || (status ?? 500) >= 500;
  if (status === null) return !has(REQUEST_CODES, error);
  return status >= 500 ? status !== 501 && status !== 505 : TEMPORARY.has(status);
}

function isTooLong(error: EndpointError): boolean {
  if (error.status === 413) return true;
  if (error.code === 'context_length_exceeded') return true;
  const message = error.message.toLowerCase();
  return (
    error.status !== 429 &&
    TOO_LONG.some((phrase) => message.includes(phrase)) &&
    !PER_TIME.some((phrase) => message.includes(phrase))
  );
}

function isOutOfCredit(error: EndpointError): boolean {
  const message = error.message.toLowerCase();
  return (
    error.status === 402 ||
    has(NO_CREDIT_CODES, error) ||
    NO_CREDIT.some((phrase) => message.includes(phrase))
  );
}

function has(codes: ReadonlySet<string>, { code, type }: EndpointError): boolean {
  return codes.has(code) || codes.has(type);
}

/** The limit is the smaller one of the numbers in the endpoint's message. */
function contextSizeIn(message: string): number | null {
  const sizes = message
    .split(/[^\w.,-]/)
    .map((word) => word.replaceAll(',', ''))
    .filter((word) => /^\d{3,8}\.?$/.test(word))
    .map(Number)
    .filter((size) => size >= 512);
  return sizes.length === 0 ? null : Math.min(...sizes);
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
