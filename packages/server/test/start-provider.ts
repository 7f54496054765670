import { once } from 'node:events';
import { createServer } from 'node:http';

/** Serves the keys of an identity provider, which may be unavailable, hang, or change its keys. */
export async function startProvider(keys: object) {
  const state = { keys, isAway: false, hangs: false, requests: 0 };
  const server = createServer((_request, response) => {
    state.requests += 1;
    if (state.hangs) return;
    response.statusCode = state.isAway ? 503 : 200;
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(state.keys));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    state,
    url: new URL(`http://127.0.0.1:${address.port}/keys`),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
