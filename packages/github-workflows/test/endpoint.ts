import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

export interface Endpoint extends AsyncDisposable {
  readonly url: string;
}

/** A server on loopback that answers every request with a given response. */
export async function startEndpoint(answer: (response: ServerResponse) => void): Promise<Endpoint> {
  const server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
