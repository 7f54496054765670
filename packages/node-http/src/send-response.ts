import { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Stale } from './serve-stream.ts';

export type Outgoing = ServerResponse | Http2ServerResponse;

/** Headers of a connection, which HTTP/2 does not have. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * Sends a web response piece by piece. When the client disconnects, its body is cancelled.
 * @param stale when a stream whose client takes no more data is ended.
 * @throws what the body fails with; the client then sees an incomplete response.
 */
export async function sendResponse(
  { body, headers, status }: Response,
  outgoing: Outgoing,
  stale: Stale,
): Promise<void> {
  const isHttp1 = outgoing instanceof ServerResponse;
  outgoing.statusCode = status;
  for (const [name, value] of headers) {
    if (!isHttp1 && OF_CONNECTION.has(name)) continue;
    if (name === 'set-cookie') outgoing.appendHeader(name, value);
    else outgoing.setHeader(name, value);
  }
  if (body === null) {
    outgoing.end();
    return;
  }
  if (headers.get('content-type') === 'text/event-stream') endWhenStale(outgoing, stale);
  // The first event of a stream may be long in coming.
  if (isHttp1) outgoing.flushHeaders();
  else outgoing.writeHead(status);
  await sendBody(body, outgoing);
}

function endWhenStale(outgoing: Outgoing, { afterMs, onEnded }: Stale): void {
  outgoing.setTimeout(afterMs, () => {
    if (!outgoing.destroyed) onEnded();
    outgoing.destroy();
  });
}

async function sendBody(body: ReadableStream<Uint8Array>, outgoing: Outgoing): Promise<void> {
  const reader = body.getReader();
  // Both have it, but the types of their overloads do not fit together.
  const sink: { write(bytes: Uint8Array): boolean } = outgoing;
  const taken = { next: Promise.withResolvers<void>() };
  const onDrain = (): void => taken.next.resolve();
  const onClose = (): void => {
    taken.next.resolve();
    reader.cancel().catch(() => undefined);
  };
  outgoing.on('drain', onDrain).once('close', onClose);
  if (outgoing.destroyed) onClose();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    if (sink.write(read.value) || outgoing.destroyed) continue;
    taken.next = Promise.withResolvers<void>();
    await taken.next.promise;
  }
  outgoing.off('drain', onDrain).off('close', onClose);
  outgoing.end();
}
