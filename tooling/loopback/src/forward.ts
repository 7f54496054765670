import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request,
  type RequestListener,
  type ServerResponse,
} from 'node:http';

/** An HTTP server on a free port of 127.0.0.1. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string;
}

export async function startHttpServer(handle: RequestListener): Promise<HttpServer> {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Forwards a request to another server. An error on one side closes the other.
 * @param deliver sends the body of the response, whose head has been written. Default: as it comes.
 */
export function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  deliver: (response: IncomingMessage) => void = (response) => response.pipe(outgoing),
): void {
  const { method, headers } = incoming;
  const upstream = request(new URL(incoming.url ?? '', target), { method, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.once('error', () => outgoing.destroy());
    deliver(response);
  });
  upstream.once('error', () => outgoing.destroy());
  outgoing.once('close', () => upstream.destroy());
  incoming.pipe(upstream);
}
