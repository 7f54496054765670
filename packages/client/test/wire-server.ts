import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';

/** Writes frames of tRPC to one connection of the scripted server. */
export interface WireConnection {
  /** Counted from 1. */
  readonly number: number;
  /** The cursor that the client sent. */
  readonly lastEventId: string | null;
  connected(options?: object): void;
  message(id: string, data: unknown): void;
  /** Writes any text unchanged. */
  raw(text: string): void;
  returned(): void;
  /** Answers as a proxy does when there is no server behind it. */
  status(code: number): void;
  /** Sends what was written, then cuts the connection. */
  cut(): void;
}

/** A server whose frames a test scripts, for behaviour that a correct server never shows. */
export async function startWireServer(
  script: (connection: WireConnection) => void | Promise<void>,
) {
  let number = 0;
  const server = createServer((request, response) => {
    number += 1;
    response.setHeader('content-type', 'text/event-stream');
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    void script(connectionOf(number, lastEventIdOf(url), response));
  });
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

function lastEventIdOf(url: URL): string | null {
  const input: unknown = JSON.parse(url.searchParams.get('input') ?? 'null');
  const json: unknown =
    typeof input === 'object' && input !== null ? Reflect.get(input, 'json') : null;
  const id: unknown =
    typeof json === 'object' && json !== null ? Reflect.get(json, 'lastEventId') : null;
  return typeof id === 'string' ? id : null;
}

function connectionOf(
  number: number,
  lastEventId: string | null,
  response: ServerResponse,
): WireConnection {
  return {
    number,
    lastEventId,
    connected: (options = {}) =>
      void response.write(`event: connected\ndata: ${JSON.stringify(options)}\n\n`),
    message: (id, data) =>
      void response.write(`data: ${JSON.stringify({ json: data })}\nid: ${id}\n\n`),
    raw: (text) => void response.write(text),
    returned: () => void response.end('event: return\ndata: \n\n'),
    status: (code) =>
      void response.writeHead(code, { 'content-type': 'text/html' }).end('<h1>Nothing here</h1>'),
    cut: () => void response.write(': cut\n\n', () => response.destroy()),
  };
}
