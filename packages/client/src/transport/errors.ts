import type { ApiErrorCode, AppRouter } from '@runtape/server';
import { isTRPCClientError, type TRPCClientError } from '@trpc/client';

/**
 * What kind of thing went wrong: the service could not do its work, the stream broke, an answer was
 * not understood, the server could not be reached, or it refused.
 */
export type ErrorKind = 'service' | 'stream' | 'protocol' | 'network' | 'refused';

/** Found by the client itself, beside those of the server. */
const clientCodes = [
  'unreachable',
  'connection_lost',
  'not_understood',
  'http_error',
  'unexpected',
] as const;

export type ClientErrorCode = (typeof clientCodes)[number];

export type RuntapeClientErrorCode = ApiErrorCode | ClientErrorCode;

const kindOfServerCode: Readonly<Record<ApiErrorCode, ErrorKind>> = {
  invalid_input: 'refused',
  malformed_cursor: 'refused',
  unauthorized: 'refused',
  identity_provider_unavailable: 'service',
  token_too_long: 'refused',
  sharing_unavailable: 'refused',
  read_only: 'refused',
  not_your_thread: 'refused',
  unknown_workflow: 'refused',
  unknown_sample: 'refused',
  unknown_route: 'refused',
  local_not_allowed: 'refused',
  post_not_allowed: 'refused',
  model_not_allowed: 'refused',
  post_needs_github_issue: 'refused',
  post_needs_token: 'refused',
  host_not_allowed: 'refused',
  cross_site: 'refused',
  method_not_allowed: 'refused',
  idempotency_conflict: 'refused',
  payload_too_large: 'refused',
  unsupported_media_type: 'refused',
  snapshot_too_large: 'refused',
  answer_too_large: 'refused',
  too_many_streams: 'service',
  too_many_attempts: 'service',
  too_many_starts: 'service',
  too_many_workflows: 'service',
  unavailable: 'service',
  draining: 'service',
  internal: 'service',
};

/** Everything a client rejects with. Its message says what was wrong and what to do. */
export class RuntapeClientError extends Error {
  override readonly name = 'RuntapeClientError';
  readonly kind: ErrorKind;
  readonly code: RuntapeClientErrorCode;

  constructor(
    kind: ErrorKind,
    code: RuntapeClientErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
  }

  /** Whether trying again can help: a refusal stays one. */
  get mayPass(): boolean {
    return this.kind !== 'refused';
  }

  /** Anything thrown, as a RuntapeClientError. */
  static from(thrown: unknown): RuntapeClientError {
    if (thrown instanceof RuntapeClientError) return thrown;
    if (isTRPCClientError<AppRouter>(thrown)) return fromTrpc(thrown);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new RuntapeClientError('protocol', 'unexpected', message, { cause: thrown });
  }
}

/** From an HTTP status alone, when the body holds no error of Runtape. */
export function fromStatus(status: number, cause?: unknown): RuntapeClientError {
  return new RuntapeClientError(
    kindOfStatus(status),
    'http_error',
    `The server answered with HTTP ${status}, not as Runtape does. Is the URL right, and is there a proxy in between?`,
    { cause },
  );
}

/**
 * From what a server answered in place of a stream: an error of Runtape, or whatever a proxy says.
 */
export function fromAnswer(status: number, body: string): RuntapeClientError {
  const found = serverErrorIn(parsed(body));
  if (found === null) return fromStatus(status);
  return new RuntapeClientError(found.kind, found.code, found.message ?? `HTTP ${status}`);
}

/** From an error in the middle of a stream: `{code, message}`. */
export function fromStreamError(error: unknown): RuntapeClientError {
  const found = serverErrorIn({ error });
  if (found !== null)
    return new RuntapeClientError(found.kind, found.code, found.message ?? found.code);
  const message = property(error, 'message');
  // A newer server, with a code that is not known here yet. It has refused.
  return new RuntapeClientError(
    'refused',
    'http_error',
    typeof message === 'string' ? message : 'Refused.',
  );
}

/** A code that crossed a message port. */
export function toErrorCode(code: string): RuntapeClientErrorCode {
  if (isServerCode(code)) return code;
  return clientCodes.find((known) => known === code) ?? 'unexpected';
}

export function unreachable(cause: unknown): RuntapeClientError {
  return new RuntapeClientError(
    'network',
    'unreachable',
    'The server cannot be reached. Check that it runs, and the URL.',
    { cause },
  );
}

export function connectionLost(cause: unknown): RuntapeClientError {
  return new RuntapeClientError('stream', 'connection_lost', 'The connection broke.', { cause });
}

function fromTrpc(error: TRPCClientError<AppRouter>): RuntapeClientError {
  if (error.cause instanceof RuntapeClientError) return error.cause;
  const found = serverErrorIn(error.data) ?? serverErrorIn(error.meta?.['responseJSON']);
  if (found !== null) {
    const message = found.message ?? error.message;
    return new RuntapeClientError(found.kind, found.code, message, { cause: error });
  }
  const httpStatus = property(error.data, 'httpStatus');
  if (typeof httpStatus === 'number') {
    // A newer server, with a code that is not known here yet.
    return new RuntapeClientError(kindOfStatus(httpStatus), 'http_error', error.message, {
      cause: error,
    });
  }
  const status = eventSourceStatus(error.cause);
  if (status !== null) return fromStatus(status, error);
  // `fetch` throws it when there is no answer at all.
  if (error.cause instanceof TypeError) return unreachable(error);
  return new RuntapeClientError(
    'protocol',
    'not_understood',
    'The server sent something that is no answer of Runtape. Is it of another version?',
    { cause: error },
  );
}

interface ServerError {
  readonly kind: ErrorKind;
  readonly code: ApiErrorCode;
  readonly message: string | undefined;
}

/** The error in `{error: {code, message?}}`; `null` when its code is not known here. */
function serverErrorIn(data: unknown): ServerError | null {
  const error = property(data, 'error');
  const code = property(error, 'code');
  if (typeof code !== 'string' || !isServerCode(code)) return null;
  const message = property(error, 'message');
  return {
    kind: kindOfServerCode[code],
    code,
    message: typeof message === 'string' ? message : undefined,
  };
}

function isServerCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(kindOfServerCode, code);
}

/** The HTTP status in the error event of the `eventsource` package; a browser's has none. */
function eventSourceStatus(event: unknown): number | null {
  const status = property(event, 'code');
  return typeof status === 'number' && status >= 100 && status < 600 ? status : null;
}

function kindOfStatus(status: number): ErrorKind {
  if (status >= 500) return 'service';
  return status >= 400 ? 'refused' : 'protocol';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
