import { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

const REFUSED = 400;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_MS = 10_000;

/**
 * Reads the rest of a refused request before its response is sent. A connection that is closed with
 * unread bytes is reset (RFC 9112, section 9.6), and a client that is still sending would see the
 * reset instead of the response. Reads at most 8 MB, for at most 10 s. Never rejects.
 * @param response nothing is read if its status is below 400.
 */
export async function drainRequestBody(
  { status }: Response,
  incoming: IncomingMessage | Http2ServerRequest,
): Promise<void> {
  if (status < REFUSED) return;
  // HTTP/2 can end a request without closing its connection.
  if (!(incoming instanceof IncomingMessage)) return;
  if (incoming.complete || incoming.destroyed) return;
  const done = Promise.withResolvers<void>();
  const timer = setTimeout(done.resolve, MAX_MS);
  let bytes = 0;
  const count = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes > MAX_BYTES) done.resolve();
  };
  // A handler that stopped reading halfway pauses the body.
  const resume = (): void => void incoming.resume();
  incoming.on('data', count).on('pause', resume).on('end', done.resolve).on('close', done.resolve);
  incoming.resume();
  await done.promise;
  clearTimeout(timer);
  incoming.off('data', count).off('pause', resume);
  incoming.off('end', done.resolve).off('close', done.resolve);
}
