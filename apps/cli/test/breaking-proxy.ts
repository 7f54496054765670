import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';

/** What a proxy does to some requests; the others pass unchanged. */
export interface Breakage {
  readonly applies: (request: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
  }) => boolean;
  /** A request header that is removed. */
  readonly losesHeader?: string;
  /** A response header that is removed. */
  readonly stripsHeader?: string;
  /** Whether it responds itself, with an HTML page. */
  readonly answersHtml?: boolean;
  /** Whether it forwards the response only once it is complete. */
  readonly buffers?: boolean;
  /** Selects the lines of the response that are removed. */
  readonly dropsLine?: (line: string, index: number) => boolean;
  /** Whether it ends the response immediately. */
  readonly endsAtOnce?: boolean;
}

/** A proxy that breaks one thing. */
export async function startBreakingProxy(target: string, breakage: Breakage) {
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? '/';
    const broken = breakage.applies({ path, headers: incoming.headers }) ? breakage : null;
    if (broken?.answersHtml === true) {
      incoming.resume();
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please sign in</h1>');
      return;
    }
    pass(incoming, response, broken);
  });

  function pass(
    incoming: IncomingMessage,
    response: ServerResponse,
    broken: Breakage | null,
  ): void {
    const headers = without(incoming.headers, broken?.losesHeader);
    const { method } = incoming;
    // Uses a new connection, since the server may be closing a used one at this very moment.
    const options = { method, headers, agent: false } as const;
    const forward = request(new URL(incoming.url ?? '/', target), options, (upstream) => {
      upstream.once('error', () => response.destroy());
      // The server's keep-alive time does not apply to this proxy's connections.
      const { 'keep-alive': _, ...headersBack } = upstream.headers;
      response.writeHead(upstream.statusCode ?? 502, without(headersBack, broken?.stripsHeader));
      void forwardBody(upstream, response, broken).catch(() => response.destroy());
    });
    forward.on('error', () => {
      // After the response, it only means that the server did not wait for the rest of the body.
      if (!response.writableEnded) response.destroy();
    });
    response.once('close', () => {
      forward.destroy();
      // Otherwise the rest of an unread body would block the next request on the connection.
      incoming.unpipe().resume();
    });
    incoming.pipe(forward);
  }

  // Longer than any test, so that no client sends on a connection that is just being closed.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forwardBody(
  upstream: IncomingMessage,
  response: ServerResponse,
  broken: Breakage | null,
): Promise<void> {
  if (broken?.endsAtOnce === true) {
    response.end();
  } else if (broken?.buffers === true) {
    response.end(await buffer(upstream));
  } else if (broken?.dropsLine === undefined) {
    response.flushHeaders();
    upstream.pipe(response);
  } else {
    let index = 0;
    for await (const line of createInterface({ input: upstream })) {
      if (!broken.dropsLine(line, index)) response.write(`${line}\n`);
      index += 1;
    }
    response.end();
  }
}

function without(headers: IncomingHttpHeaders, name: string | undefined): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
