import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';

/**
 * Stands before a server as a proxy without HTTP/2 would, and counts the event streams that are
 * open through it.
 */
export interface StreamCounter extends AsyncDisposable {
  readonly url: string;
  /** Now. */
  readonly open: number;
  /** At any one time so far. */
  readonly most: number;
}

export async function countStreams(target: string): Promise<StreamCounter> {
  const streams = new Set<ServerResponse>();
  let most = 0;
  const server = createServer((asked, answer) => {
    const { method, headers, url = '/' } = asked;
    if (headers.accept?.includes('text/event-stream') === true) {
      streams.add(answer);
      most = Math.max(most, streams.size);
      answer.once('close', () => streams.delete(answer));
    }
    const forward = request(new URL(url, target), { method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
      got.once('error', () => answer.destroy());
    });
    forward.once('error', () => answer.destroy());
    answer.once('close', () => forward.destroy());
    asked.pipe(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get open() {
      return streams.size;
    },
    get most() {
      return most;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
