import { ApiError } from '../errors/api-error.ts';
import { JsonScan } from './json-scan.ts';

/** More than any valid input; the longest text in one has 200,000 characters. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** A body whose declared length is at most this is read at once, which is cheaper than a stream. */
const SMALL_BODY_BYTES = 64 * 1024;
/** A refused client that sends more than this is disconnected. */
const MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES;
const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

/**
 * Reads the body of a request as JSON, up to a limit. `hono/body-limit` would read the body before
 * the client is authenticated, and would not read the rest of a refused one.
 * @param maxBytes default: 2 MB
 * @returns the value; `undefined` if there is no body
 * @throws ApiError `unsupported_media_type`; `payload_too_large`; `invalid_input` when it is not
 *   JSON, or exceeds a limit of `JsonScan`.
 */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const type = mediaTypeOf(request);
  if (type !== undefined && type !== 'application/json') throw notJson();
  const text = await readJsonText(request, maxBytes);
  if (text === '') return undefined;
  // A page of any site could send a body without a type; browsers ask before they send JSON (CORS).
  if (type === undefined) throw notJson();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('invalid_input', 'The body is not valid JSON.', { cause });
  }
}

/**
 * Reads the body of a request whose type was checked, without parsing it.
 * @param maxBytes default: 2 MB
 * @returns text within the limits of `JsonScan`, valid JSON or not; empty if there is no body
 * @throws ApiError `unsupported_media_type` when it is compressed, `payload_too_large`,
 *   `invalid_input`.
 */
export async function readJsonText(request: Request, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const { headers } = request;
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity') throw compressed();
  const declared = headers.get('content-length');
  if (Number(declared ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (declared !== null && Number(declared) <= SMALL_BODY_BYTES)
    return await readSmall(request, maxBytes);
  // Not accessed earlier: access to `body` starts reading, and it must then be read to its end.
  const { body } = request;
  if (body === null) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const scan = new JsonScan();
  let text = '';
  let bytes = 0;
  // `for await` would cancel the body on an error, which closes the connection before the response.
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      bytes += read.value.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      scan.push(read.value);
      text += decoder.decode(read.value, { stream: true });
    }
    return text + decoder.decode();
  } catch (cause) {
    void discard(reader);
    throw toInputError(cause);
  }
}

async function readSmall(request: Request, maxBytes: number): Promise<string> {
  try {
    const bytes = await request.arrayBuffer();
    // Only if the HTTP server does not enforce the declared length.
    if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
    new JsonScan().push(new Uint8Array(bytes));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw toInputError(cause);
  }
}

function toInputError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError('invalid_input', 'The body did not arrive whole, or is not UTF-8.', {
    cause,
  });
}

/** Reads the rest of a refused body, so that the client receives the response. Never rejects. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    let bytes = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      bytes += read.value.length;
      if (bytes > MAX_DISCARDED_BYTES) return await reader.cancel();
    }
  } catch {
    // The client has disconnected.
  }
}

/** The media type in lower case, without its parameters. */
export function mediaTypeOf({ headers }: Request): string | undefined {
  return headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
}

export function notJson(): ApiError {
  return new ApiError('unsupported_media_type', 'Send the input as application/json.');
}

function compressed(): ApiError {
  return new ApiError(
    'unsupported_media_type',
    'Send the input as it is, without Content-Encoding: this server does not unpack requests.',
  );
}

function tooLarge(maxBytes: number): ApiError {
  const most =
    maxBytes < MEGABYTE ? `${maxBytes / KILOBYTE} KB` : `${Math.floor(maxBytes / MEGABYTE)} MB`;
  return new ApiError('payload_too_large', `The request is larger than ${most}.`);
}
