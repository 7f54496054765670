import { acceptedEncoding, accepts } from './accepted-encoding.ts';
import { flushedBody } from './flushed-body.ts';

const STREAM = 'text/event-stream';
const COMPRESSIBLE = /^(?:text\/(?:event-stream|html|css|plain)|application\/json)\b/;

/**
 * How a stream goes straight to the socket of its client: as it is, or in the one encoding whose bytes many clients can share.
 * @returns `null` when the answer is no stream, or its client takes only an encoding that is made for each client alone.
 */
export function compressStream(
  request: Request,
  { body, headers }: Response,
): { readonly encoding: 'gzip' | null } | null {
  if (body === null || headers.get('content-type') !== STREAM) return null;
  if (!wantsIt(request)) return { encoding: null };
  headers.append('Vary', 'Accept-Encoding');
  const accepted = request.headers.get('accept-encoding');
  if (accepts(accepted, 'gzip')) return { encoding: 'gzip' };
  return acceptedEncoding(accepted) === null ? { encoding: null } : null;
}

/**
 * Compresses what the API answers for clients that accept it, streams included: each event is flushed at once. Answers of
 * tRPC stay as they are unless the URL says `compress=1`: browsers accept compression without being asked, and a stream that
 * is compressed costs memory for each client.
 */
export function compressAnswer(request: Request, response: Response): Response {
  const { body, headers: given, status, statusText } = response;
  if (body === null || request.method === 'HEAD' || given.has('content-encoding')) return response;
  if (!COMPRESSIBLE.test(given.get('content-type') ?? '') || !wantsIt(request)) return response;
  const headers = new Headers(given);
  headers.append('Vary', 'Accept-Encoding');
  const encoding = acceptedEncoding(request.headers.get('accept-encoding'));
  if (encoding === null) return new Response(body, { status, statusText, headers });
  headers.set('Content-Encoding', encoding);
  headers.delete('Content-Length');
  return new Response(flushedBody(body, encoding), { status, statusText, headers });
}

function wantsIt({ url }: Request): boolean {
  const { pathname, searchParams } = new URL(url);
  return !pathname.startsWith('/trpc/') || searchParams.get('compress') === '1';
}
