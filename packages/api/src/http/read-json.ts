import { ApiError } from '../errors.ts';

/** More than any input may have; a local issue of 200,000 characters fits four times over. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Reads the body of a request as JSON, and no more of it than a body may have.
 * @returns the value; `undefined` when there is no body.
 * @throws ApiError `unsupported_media_type`, `payload_too_large`, `invalid_input` when it is no JSON.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const length = Number(request.headers.get('content-length') ?? 0);
  if (type !== undefined && type !== 'application/json') throw notJson();
  if (length > MAX_BODY_BYTES) throw tooLarge();
  const text = await readText(request);
  if (text === '') return undefined;
  // Without a type a page from anywhere could send it; a browser asks before it sends JSON.
  if (type === undefined) throw notJson();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('invalid_input', 'The body is not valid JSON.', { cause });
  }
}

async function readText({ body }: Request): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError('invalid_input', 'The body did not arrive whole, or is not UTF-8.', {
      cause,
    });
  }
}

function notJson(): ApiError {
  return new ApiError('unsupported_media_type', 'Send the input as application/json.');
}

function tooLarge(): ApiError {
  return new ApiError('payload_too_large', 'The request is larger than 2 MB.');
}
