import { truncate } from '../../text/truncate.ts';
import { isRecord, type ForeignObject } from './foreign-json.ts';

const MAX_MESSAGE_CHARS = 300;
const MAX_DEPTH = 7;
/** The fields in which endpoints put their message, the best first. */
const MESSAGE_FIELDS = [
  'message',
  'msg',
  'detail',
  'error',
  'errors',
  'error_msg',
  'error_message',
  'error_description',
  'title',
];
const KEYS = /\b(?:sk|key|pk)-[\w-]{6,200}|\bBearer [\w.~+/=-]{6,400}/gi;

/** An endpoint's error, from an HTTP status or from an error in place of the answer. */
export interface EndpointError {
  /** The HTTP status, or the one named in the error; `null` if there is none. */
  readonly status: number | null;
  /** The error's code and type, in lower case; empty if missing. */
  readonly code: string;
  readonly type: string;
  /** The rejected parameter; empty if none is named. */
  readonly param: string;
  /** The message on one line, at most 300 characters, without keys; empty if missing. */
  readonly message: string;
  /** The wait in ms; `null` if none is named. */
  readonly retryAfterMs: number | null;
  /** The value of `x-should-retry`; `null` if missing. */
  readonly shouldRetry: boolean | null;
}

/** An endpoint refused a request. Internal: `modelFailure` converts it into a message for users. */
export class EndpointRefusal extends Error {
  override readonly name = 'EndpointRefusal';
  readonly code = 'endpoint_refusal';
  readonly error: EndpointError;

  constructor(error: EndpointError) {
    super('The endpoint did not answer.');
    this.error = error;
  }
}

export interface ErrorContext {
  /** The status of the response. An error in a response with status 200 names its own status. */
  readonly status: number;
  readonly headers: Headers;
  /** In ms since 1970. */
  readonly now: number;
  /** Removed from messages, e.g. the API key. */
  readonly secret: string;
}

/** Parses an error in any of the forms that endpoints use. @param raw parsed JSON, or a text. */
export function readEndpointError(
  raw: unknown,
  { status, headers, now, secret }: ErrorContext,
): EndpointError {
  const error = errorIn(raw);
  const code = shortText(error['code']) || shortText(error['error_code']);
  const type = shortText(error['type']) || shortText(error['status']);
  return {
    status: status >= 400 ? status : statusIn(error),
    code: code.toLowerCase(),
    type: type.toLowerCase(),
    param: shortText(error['param']),
    message: sanitize(findMessage(raw, MAX_DEPTH), secret),
    retryAfterMs: readRetryAfter((name) => headers.get(name), now) ?? retryAfterIn(error, now),
    shouldRetry: readFlag(headers.get('x-should-retry')),
  };
}

/** Describes a body that is not JSON for users, e.g. `a web page with the title "Sign in"`. */
export function describeBody(body: string): string {
  return sanitize(textMessage(body, 0), '');
}

/** Whether a JSON value is an error in place of an answer or a chunk. */
export function isErrorBody(raw: unknown): boolean {
  if (!isRecord(raw)) return Array.isArray(raw) && isRecord(raw[0]) && hasError(raw[0]);
  if (hasError(raw) || raw['object'] === 'error' || raw['type'] === 'error') return true;
  if (Array.isArray(raw['choices'])) return false;
  return typeof raw['message'] === 'string' || raw['detail'] !== undefined;
}

function hasError(raw: ForeignObject): boolean {
  const error = raw['error'];
  if (typeof error === 'string') return error !== '';
  return isRecord(error) && Object.keys(error).length > 0;
}

/** The error object: `{error: {…}}`, `[{error: {…}}]`, or the object itself. */
function errorIn(raw: unknown): ForeignObject {
  const outer: unknown = Array.isArray(raw) ? raw[0] : raw;
  if (!isRecord(outer)) return {};
  const inner = outer['error'];
  return isRecord(inner) ? inner : outer;
}

function statusIn(error: ForeignObject): number | null {
  for (const field of ['code', 'status', 'status_code', 'http_status']) {
    const status = Number(error[field] ?? Number.NaN);
    if (Number.isInteger(status) && status >= 400 && status <= 599) return status;
  }
  return null;
}

/** Gateways keep the headers of the provider behind them in `metadata.headers`. */
function retryAfterIn(error: ForeignObject, now: number): number | null {
  const metadata = isRecord(error['metadata']) ? error['metadata'] : {};
  for (const holder of [metadata['headers'], metadata, error]) {
    if (!isRecord(holder)) continue;
    const fields = new Map(
      Object.entries(holder)
        .slice(0, 100)
        .map(([name, value]) => [name.toLowerCase().replaceAll('_', '-'), value]),
    );
    const wait = readRetryAfter((name) => shortText(fields.get(name)) || null, now);
    if (wait !== null) return wait;
  }
  return null;
}

function findMessage(raw: unknown, depth: number): string {
  if (typeof raw === 'string') return textMessage(raw, depth);
  if (depth === 0) return '';
  if (Array.isArray(raw)) {
    const messages = raw.slice(0, 3).map((item) => findMessage(item, depth - 1));
    return messages.filter((message) => message !== '').join('; ');
  }
  if (!isRecord(raw)) return '';
  for (const field of MESSAGE_FIELDS) {
    const message = findMessage(raw[field], depth - 1);
    if (message !== '') return `${message}${gatewayMessage(raw, depth)}`;
  }
  return shortText(raw['code']) || shortText(raw['type']);
}

/** A gateway says "Provider returned error" and sends the provider's message next to it. */
function gatewayMessage(error: ForeignObject, depth: number): string {
  const metadata = error['metadata'];
  const message = isRecord(metadata) ? findMessage(metadata['raw'], depth - 1) : '';
  return message === '' ? '' : ` (${message})`;
}

/** A text may itself be JSON, or a web page, whose title is the best description. */
function textMessage(text: string, depth: number): string {
  const begin = text.slice(0, 20_000).trim();
  if (begin.startsWith('{') && depth > 0) {
    try {
      const message = findMessage(JSON.parse(begin), depth - 1);
      if (message !== '') return message;
    } catch {
      // Not JSON, so it is used as text.
    }
  }
  if (!begin.startsWith('<')) return begin;
  const title =
    between(begin, '<title', '</title') ||
    between(begin, '<h1', '</h1') ||
    between(begin, '<body', '</body');
  const message = title.slice(title.indexOf('>') + 1).trim();
  return message === '' ? 'a web page' : `a web page with the title "${message}"`;
}

function between(text: string, begin: string, end: string): string {
  const lower = text.toLowerCase();
  const from = lower.indexOf(begin);
  if (from === -1) return '';
  const to = lower.indexOf(end, from);
  return to === -1 ? '' : text.slice(from + begin.length, to);
}

function sanitize(message: string, secret: string): string {
  // Limits the search; the rest would be cut anyway.
  const begin = message.slice(0, 20 * MAX_MESSAGE_CHARS);
  const safe = secret.length < 4 ? begin : begin.replaceAll(secret, '(key)');
  const line = safe.replaceAll(KEYS, '(key)').replaceAll(/\s+/g, ' ').trim();
  return truncate(line, MAX_MESSAGE_CHARS).text;
}

function readFlag(value: string | null): boolean | null {
  if (value === 'true') return true;
  return value === 'false' ? false : null;
}

function shortText(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.slice(0, 200) : '';
}

/** Seconds or milliseconds, optionally with a fraction; no sign. */
const NUMBER = /^\d{1,15}(?:\.\d{1,9})?$/;
/** The form of HTTP dates. `Date.parse` alone would accept `-5`. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? /i;

/**
 * The wait an endpoint asks for: `retry-after` in seconds or as a date, or `retry-after-ms`.
 * @param header returns a header by its name in lower case.
 * @param now in ms since 1970.
 * @returns ms, at least 0; `null` without a valid value.
 */
export function readRetryAfter(
  header: (name: string) => string | null,
  now: number,
): number | null {
  const inMs = header('retry-after-ms')?.trim() ?? '';
  if (NUMBER.test(inMs)) return Number(inMs);
  const after = header('retry-after')?.trim() ?? '';
  if (NUMBER.test(after)) return Number(after) * 1000;
  if (!HTTP_DATE.test(after)) return null;
  const at = Date.parse(after);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
