import { ApiError } from '../errors/api-error.ts';
import { JsonScan } from './json-scan.ts';

/** More than any input may have; a local issue of 200,000 characters fits four times over. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
/**
 * A body that says it has no more than this is read whole: a web stream costs more than most
 * inputs.
 */
const SMALL_BODY_BYTES = 64 * 1024;
/** A client that sends more than this after it was refused is cut off. */
const MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES;
const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

/**
 * Reads the body of a request as JSON, and no more of it than a body may have. `hono/body-limit`
 * would read bodies before it is known who asks, and would not take the rest of one that it
 * refuses.
 * @param maxBytes default: 2 MB.
 * @returns the value; `undefined` when there is no body.
 * @throws ApiError `unsupported_media_type`, `payload_too_large`, `invalid_input` when it is no
 *   JSON, or has more nesting, entries or fields than any input has.
 */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const type = mediaTypeOf(request);
  if (type !== undefined && type !== 'application/json') throw notJson();
  const text = await readJsonText(request, maxBytes);
  if (text === '') return undefined;
  // Without a type a page from anywhere could send it; a browser asks before it sends JSON.
  if (type === undefined) throw notJson();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('invalid_input', 'The body is not valid JSON.', { cause });
  }
}

/**
 * Reads the body of a request whose type is checked, without parsing it.
 * @param maxBytes default: 2 MB.
 * @returns JSON that is quick to parse, if it is JSON; empty when there is no body.
 * @throws ApiError `unsupported_media_type` when it is compressed, `payload_too_large`,
 *   `invalid_input`.
 */
export async function readJsonText(request: Request, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const { headers } = request;
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
  if (encoding !== 'identity') throw compressed();
  const said = headers.get('content-length');
  if (Number(said ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (said !== null && Number(said) <= SMALL_BODY_BYTES) return await readSmall(request, maxBytes);
  // Not before: whoever looks at the body begins to read it, and is the one who has to read it to
  // its end.
  const { body } = request;
  if (body === null) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const scan = new JsonScan();
  let text = '';
  let bytes = 0;
  // Not `for await`: it cancels what it leaves, and with the body the connection ends before the
  // refusal is sent.
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
    throw asRefusal(cause);
  }
}

async function readSmall(request: Request, maxBytes: number): Promise<string> {
  try {
    const bytes = await request.arrayBuffer();
    // No server that checks what it is sent hands over more than was announced.
    if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
    new JsonScan().push(new Uint8Array(bytes));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw asRefusal(cause);
  }
}

function asRefusal(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError('invalid_input', 'The body did not arrive whole, or is not UTF-8.', {
    cause,
  });
}

/**
 * Takes what is still on its way, so that the client gets its answer and may go on. Never rejects.
 */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    let bytes = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      bytes += read.value.length;
      if (bytes > MAX_DISCARDED_BYTES) return await reader.cancel();
    }
  } catch {
    // The client has left.
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
