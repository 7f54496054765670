import { acceptsGzip } from './accepts-gzip.ts';

const STREAM = 'text/event-stream';
const COMPRESSIBLE = /^(?:text\/(?:html|css|plain)|application\/json)\b/;

/**
 * How a stream goes to the socket of its client: as gzip, whose blocks all clients share, or as it is. Whoever takes another
 * encoding only gets it as it is: that would have to be made for each client alone, and no browser, library or tool in use
 * leaves gzip out.
 * @returns `null` when the answer is no stream.
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
 * Compresses an answer that is no stream, for clients that accept gzip. Answers of tRPC stay as they are unless the URL says
 * `compress=1`.
 */
export function compressAnswer(request: Request, response: Response): Response {
  const { body, headers: given, status, statusText } = response;
  if (body === null || request.method === 'HEAD' || given.has('content-encoding')) return response;
  if (!COMPRESSIBLE.test(given.get('content-type') ?? '')) return response;
  if (!mayBeCompressed(request)) return response;
  const headers = new Headers(given);
  headers.append('Vary', 'Accept-Encoding');
  if (!acceptsGzip(request.headers.get('accept-encoding'))) {
    return new Response(body, { status, statusText, headers });
  }
  headers.set('Content-Encoding', 'gzip');
  headers.delete('Content-Length');
  const compressed = body.pipeThrough(new CompressionStream('gzip'));
  return new Response(compressed, { status, statusText, headers });
}

/** Browsers accept compression without being asked, and subscriptions are mostly of short events. */
function mayBeCompressed({ url }: Request): boolean {
  const { pathname, searchParams } = new URL(url);
  return !pathname.startsWith('/trpc/') || searchParams.get('compress') === '1';
}
