import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';

/**
 * A proxy without HTTP/2 in front of a server, which counts the event streams that are open through
 * it.
 */
export interface StreamCounter extends AsyncDisposable {
  readonly url: string;
  /** The number of open streams now. */
  readonly open: number;
  /** The maximum number of streams that were open concurrently. */
  readonly max: number;
}

export async function countStreams(target: string): Promise<StreamCounter> {
  const streams = new Set<ServerResponse>();
  let max = 0;
  const server = createServer((incoming, response) => {
    const { method, headers, url = '/' } = incoming;
    if (headers.accept?.includes('text/event-stream') === true) {
      streams.add(response);
      max = Math.max(max, streams.size);
      response.once('close', () => streams.delete(response));
    }
    const forward = request(new URL(url, target), { method, headers }, (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.pipe(response);
      upstream.once('error', () => response.destroy());
    });
    forward.once('error', () => response.destroy());
    response.once('close', () => forward.destroy());
    incoming.pipe(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get open() {
      return streams.size;
    },
    get max() {
      return max;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
