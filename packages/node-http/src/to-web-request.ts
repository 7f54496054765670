import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { Readable } from 'node:stream';

export type Incoming = IncomingMessage | Http2ServerRequest;

/** They describe the body as it was sent, not one that a framework has read. */
const OF_SENT_BODY = new Set(['content-length', 'content-encoding', 'transfer-encoding']);

/** Something read the body of a request before the handler, and did not leave it in `body`. */
class BodyAlreadyReadError extends Error {
  override readonly name = 'BodyAlreadyReadError';
  readonly code = 'body_already_read';

  constructor() {
    super(
      'The body of the request was read before it came to Runtape. Mount Runtape before whatever reads it, or let that put it into `request.body`.',
    );
  }
}

/**
 * Makes a web request of Node's.
 * @param parsed the body, if a framework has read it: text, bytes or JSON.
 * @param signal aborts when the client disconnects.
 * @returns `null` for a request that no web request can express.
 * @throws BodyAlreadyReadError
 */
export function toWebRequest(
  incoming: Incoming,
  parsed: unknown,
  signal: AbortSignal,
): Request | null {
  const { method = 'GET' } = incoming;
  const url = urlOf(incoming);
  if (url === null || method === 'TRACE' || method === 'CONNECT') return null;
  const headers = headersOf(incoming);
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  if (!incoming.readableDidRead) {
    const body = hasBody(incoming) ? lazyBody(incoming) : null;
    const init = { method, headers, signal, body, duplex: 'half' };
    return new Request(url, init);
  }
  for (const name of OF_SENT_BODY) headers.delete(name);
  return new Request(url, { method, headers, signal, body: bodyOf(parsed) });
}

function urlOf({ url = '/', headers, socket }: Incoming): URL | null {
  const host = headers[':authority'] ?? headers.host ?? 'localhost';
  const scheme = 'encrypted' in socket && socket.encrypted ? 'https' : 'http';
  const origin = URL.parse(`${scheme}://${String(host)}`);
  if (origin === null || origin.pathname !== '/' || origin.username !== '') return null;
  // Not as a relative URL, since one that begins with two slashes names another host.
  return url.startsWith('/') ? URL.parse(origin.origin + url) : null;
}

function headersOf(incoming: Incoming): Headers {
  const headers = new Headers();
  const { rawHeaders } = incoming;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!name.startsWith(':')) headers.append(name, value);
  }
  return headers;
}

function hasBody({ headers }: Incoming): boolean {
  if (headers['transfer-encoding'] !== undefined || ':authority' in headers) return true;
  return Number(headers['content-length'] ?? 0) > 0;
}

/** Begins to read only when it is read: Node discards a body that nobody has begun to read. */
function lazyBody(incoming: Incoming): ReadableStream<Uint8Array<ArrayBuffer>> {
  let chunks: AsyncIterator<Uint8Array<ArrayBuffer>, undefined> | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        chunks ??= Readable.prototype[Symbol.asyncIterator].call(incoming);
        const read = await chunks.next();
        if (read.done === true) controller.close();
        else controller.enqueue(read.value);
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** @throws BodyAlreadyReadError */
function bodyOf(parsed: unknown): string | Uint8Array<ArrayBuffer> {
  if (parsed === undefined || parsed === null) throw new BodyAlreadyReadError();
  if (typeof parsed === 'string') return parsed;
  return parsed instanceof Uint8Array ? new Uint8Array(parsed) : JSON.stringify(parsed);
}
