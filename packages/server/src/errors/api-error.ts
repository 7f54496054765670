import { type ApiErrorCode, errorStatus } from '@runtape/contract/errors';
import { type EventLogError, isEventLogError } from '@runtape/event-log';
import { type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { describeIssues } from './describe-issues.ts';

/** The HTTP statuses of errors, each with the code that tRPC has for it. */
const trpcCodes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<number, TRPC_ERROR_CODE_KEY>;

/** An HTTP status that an error may have. */
export type ErrorStatus = keyof typeof trpcCodes;

export interface ApiErrorOptions extends ErrorOptions {
  /** The delay after which a retry may succeed, in seconds. Default: unknown. */
  readonly retryAfterSeconds?: number | undefined;
}

const statusOf: Readonly<Record<ApiErrorCode, ErrorStatus>> = errorStatus;

/** An error for the client: its message is for a person and contains no internals. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: ErrorStatus;
  /** The delay after which a retry may succeed, in seconds, if it is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ApiErrorCode, message: string, options?: ApiErrorOptions);
  /** Makes an error with a code of a plugin. */
  constructor(
    code: string,
    message: string,
    options: ApiErrorOptions & { readonly status: ErrorStatus },
  );
  constructor(
    code: string,
    message: string,
    {
      status,
      retryAfterSeconds,
      ...options
    }: ApiErrorOptions & { readonly status?: ErrorStatus } = {},
  ) {
    super(message, options);
    this.code = code;
    this.status = status ?? (isApiErrorCode(code) ? statusOf[code] : 500);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The path of the page in this repository that explains the error. */
  get docs(): string {
    return docsOf(this.code);
  }
}

function isApiErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(statusOf, code);
}

/** Returns the path of the page in this repository that explains a code. */
export function docsOf(code: string): string {
  return `docs/errors/${code}.md`;
}

/** Converts any thrown value into an error for the client; the original stays its `cause`. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isEventLogError(thrown)) return fromEventLog(thrown);
  if (thrown instanceof TRPCError) return fromTrpc(thrown);
  return internal(thrown);
}

/** Converts any thrown value into an error that tRPC sends to the client. */
export function toTrpcError(thrown: unknown): TRPCError {
  const error = toApiError(thrown);
  return new TRPCError({
    code: trpcCodes[error.status],
    message: error.message,
    cause: error,
  });
}

function fromEventLog(cause: EventLogError): ApiError {
  switch (cause.code) {
    case 'unknown_workflow':
      return new ApiError('unknown_workflow', NO_SUCH_WORKFLOW, { cause });
    case 'invalid_query':
      return new ApiError('invalid_input', cause.message, { cause });
    case 'thread_taken':
      return new ApiError('not_your_thread', NOT_YOUR_THREAD, { cause });
    case 'idempotency_conflict':
      return new ApiError(
        'idempotency_conflict',
        'This idempotency key has started something else. Use a new key for a new start.',
        { cause },
      );
    // The page was trimmed while it was read; the next attempt reads from a later start.
    case 'trimmed':
    case 'unavailable':
    case 'closed':
      return new ApiError(
        'unavailable',
        'The store of workflows does not answer right now. Try again in a moment.',
        { cause },
      );
    default:
      return internal(cause);
  }
}

function fromTrpc(error: TRPCError): ApiError {
  const { cause } = error;
  if (cause instanceof ApiError || isEventLogError(cause)) return toApiError(cause);
  switch (error.code) {
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      return new ApiError('invalid_input', inputMessage(error), { cause: error });
    case 'NOT_FOUND':
      return new ApiError('unknown_route', shortened(error.message), { cause: error });
    case 'METHOD_NOT_SUPPORTED':
      return new ApiError('method_not_allowed', error.message, { cause: error });
    case 'UNSUPPORTED_MEDIA_TYPE':
      return new ApiError('unsupported_media_type', error.message, { cause: error });
    default:
      return internal(cause ?? error);
  }
}

export const NO_SUCH_WORKFLOW =
  'There is no such workflow here. It may have been removed some time after its end, or the id is not complete.';

export const NOT_YOUR_THREAD =
  'This thread belongs to somebody else. Leave out threadId, or name a thread of your own.';

const MAX_MESSAGE_CHARS = 300;

function internal(cause: unknown): ApiError {
  return new ApiError(
    'internal',
    'Something went wrong on the server. Try again; if it stays, the log of the server says more.',
    { cause },
  );
}

function inputMessage({ cause, message }: TRPCError): string {
  return cause instanceof z.ZodError ? describeIssues(cause) : shortened(message);
}

/** Limits a message of tRPC, which may repeat the client's input. */
function shortened(message: string): string {
  return message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS)}…` : message;
}

/** Makes a JSON response: `{error: {code, message, docs}}`, with `Retry-After` if it is known. */
export function errorResponse(error: ApiError, headers: Record<string, string> = {}): Response {
  const { code, status, message, docs, retryAfterSeconds } = error;
  const wait = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return Response.json(
    { error: { code, message, docs } },
    { status, headers: { ...wait, ...headers } },
  );
}
