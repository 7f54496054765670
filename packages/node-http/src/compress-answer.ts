import { concatBytes } from '@runtape/server';
import { acceptsGzip } from './accepts-gzip.ts';

const STREAM = 'text/event-stream';
const COMPRESSIBLE = /^(?:text\/(?:html|css|plain)|application\/json)\b/;

/** A smaller answer fits into one network packet anyway. */
const SMALL_BYTES = 1024;

/**
 * Whether a stream is sent as gzip, whose blocks all clients share. Other encodings would have to
 * be made for each client, and every browser and tool accepts gzip.
 * @returns `null` when the answer is not a stream.
 */
export function compressStream(
  request: Request,
  { body, headers }: Response,
): { readonly encoding: 'gzip' | null } | null {
  if (body === null || headers.get('content-type') !== STREAM) return null;
  if (!mayBeCompressed(request)) return { encoding: null };
  headers.append('Vary', 'Accept-Encoding');
  return { encoding: acceptsGzip(request.headers.get('accept-encoding')) ? 'gzip' : null };
}

/**
 * Compresses an answer of at least 1 KiB that is not a stream, for clients that accept gzip. tRPC
 * answers stay as they are unless the URL says `compress=1`.
 */
export async function compressAnswer(request: Request, response: Response): Promise<Response> {
  const { body, headers: given, status, statusText } = response;
  if (body === null || request.method === 'HEAD' || given.has('content-encoding')) return response;
  if (!COMPRESSIBLE.test(given.get('content-type') ?? '')) return response;
  if (!mayBeCompressed(request)) return response;
  const headers = new Headers(given);
  headers.append('Vary', 'Accept-Encoding');
  if (!acceptsGzip(request.headers.get('accept-encoding'))) {
    return new Response(body, { status, statusText, headers });
  }
  const small = await readSmall(body);
  if (small.isWhole) return new Response(small.bytes, { status, statusText, headers });
  headers.set('Content-Encoding', 'gzip');
  headers.delete('Content-Length');
  const compressed = small.rest.pipeThrough(new CompressionStream('gzip'));
  return new Response(compressed, { status, statusText, headers });
}

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Reads a body until it is complete or no longer small. */
async function readSmall(
  body: Body,
): Promise<
  | { readonly isWhole: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly isWhole: false; readonly rest: Body }
> {
  const reader = body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length < SMALL_BYTES) {
    const { done, value } = await reader.read();
    if (done) return { isWhole: true, bytes: concatBytes(chunks) };
    chunks.push(value);
    length += value.length;
  }
  const rest = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const chunk = chunks.shift();
      if (chunk !== undefined) return controller.enqueue(chunk);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { isWhole: false, rest };
}

/** tRPC subscriptions are mostly short events, and browsers always accept compression. */
function mayBeCompressed({ url }: Request): boolean {
  const { pathname, searchParams } = new URL(url);
  return !pathname.includes('/trpc/') || searchParams.get('compress') === '1';
}
