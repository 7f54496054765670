import type { AppRouter } from '@runtape/contract';
import { type ApiErrorCode, errorStatus } from '@runtape/contract/errors';
import { isTRPCClientError, type TRPCClientError } from '@trpc/client';

/**
 * The kind of failure: the service was unable to work (`service`), the stream broke (`stream`), a
 * response was not understood (`protocol`), the server was unreachable (`network`), or it refused
 * the request (`refused`).
 */
export type ErrorKind = 'service' | 'stream' | 'protocol' | 'network' | 'refused';

/** Codes of errors that the client itself detects, in addition to the server's codes. */
export type ClientErrorCode =
  | 'unreachable'
  | 'connection_lost'
  | 'not_understood'
  | 'http_error'
  | 'unexpected';

/** A code of the API, of the client, or of what an application adds to its server. */
export type RuntapeClientErrorCode = ApiErrorCode | ClientErrorCode | (string & {});

/** The error that every client call rejects with. Its message says what is wrong and what to do. */
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

  /** Whether a retry can succeed; it cannot after a refusal. */
  get mayPass(): boolean {
    return this.kind !== 'refused';
  }

  /** Converts any thrown value into a RuntapeClientError. */
  static from(thrown: unknown): RuntapeClientError {
    if (thrown instanceof RuntapeClientError) return thrown;
    if (isTRPCClientError<AppRouter>(thrown)) return fromTrpc(thrown);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new RuntapeClientError('protocol', 'unexpected', message, { cause: thrown });
  }
}

/** Creates an error from the HTTP status alone, for a response without an error body of Runtape. */
export function fromStatus(status: number, cause?: unknown): RuntapeClientError {
  return new RuntapeClientError(
    kindOfStatus(status),
    'http_error',
    `The server answered with HTTP ${status}, not as Runtape does. Is the URL right, and is there a proxy in between?`,
    { cause },
  );
}

/**
 * Creates an error from a response that is not a stream: an error of Runtape, or the response of a
 * proxy.
 */
export function fromAnswer(status: number, body: string): RuntapeClientError {
  const found = serverErrorIn(parsed(body), status);
  if (found === null) return fromStatus(status);
  return new RuntapeClientError(found.kind, found.code, found.message ?? `HTTP ${status}`);
}

/** Creates an error from an error frame in a stream: `{code, message}`. */
export function fromStreamError(error: unknown): RuntapeClientError {
  const found = serverErrorIn({ error }, null);
  if (found !== null)
    return new RuntapeClientError(found.kind, found.code, found.message ?? found.code);
  const message = property(error, 'message');
  // A newer server sent a code that this client does not know; it is a refusal.
  return new RuntapeClientError(
    'refused',
    'http_error',
    typeof message === 'string' ? message : 'Refused.',
  );
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
  const httpStatus = property(error.data, 'httpStatus');
  const known = typeof httpStatus === 'number' ? httpStatus : null;
  const found =
    serverErrorIn(error.data, known) ?? serverErrorIn(error.meta?.['responseJSON'], known);
  if (found !== null) {
    const message = found.message ?? error.message;
    return new RuntapeClientError(found.kind, found.code, message, { cause: error });
  }
  if (known !== null) {
    return new RuntapeClientError(kindOfStatus(known), 'http_error', error.message, {
      cause: error,
    });
  }
  const status = eventSourceStatus(error.cause);
  if (status !== null) return fromStatus(status, error);
  // `fetch` rejects with a TypeError when there is no response at all.
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
  readonly code: RuntapeClientErrorCode;
  readonly message: string | undefined;
}

/**
 * Reads the error in `{error: {code, message?, docs}}`; `null` if Runtape did not send it. A code
 * that this client does not know is one of a newer server, or of what an application added to it.
 * @param status the HTTP status, if there is one
 */
function serverErrorIn(data: unknown, status: number | null): ServerError | null {
  const error = property(data, 'error');
  const code = property(error, 'code');
  if (typeof code !== 'string') return null;
  const kind = isApiErrorCode(code) ? kindOfError(errorStatus[code]) : kindOfOther(error, status);
  if (kind === null) return null;
  const message = property(error, 'message');
  return { kind, code, message: typeof message === 'string' ? message : undefined };
}

function isApiErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(errorStatus, code);
}

/** A limit that was reached is a failure of the service: a retry can succeed. */
function kindOfError(status: number): ErrorKind {
  return status === 429 || status >= 500 ? 'service' : 'refused';
}

/** Every error of Runtape has a page; without a status it is a refusal in a stream. */
function kindOfOther(error: unknown, status: number | null): ErrorKind | null {
  const docs = property(error, 'docs');
  if (typeof docs !== 'string' || !docs.startsWith('docs/errors/')) return null;
  return status === null ? 'refused' : kindOfError(status);
}

/** The HTTP status in an error event of the `eventsource` package; a browser's event has none. */
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
