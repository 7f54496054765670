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

/** What a proxy does to the requests that it is meant for; everything else passes as it is. */
export interface Breakage {
  readonly applies: (asked: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
  }) => boolean;
  /** A request header that does not get through. */
  readonly losesHeader?: string;
  /** An answer header that does not get through. */
  readonly stripsHeader?: string;
  /** Answers by itself, with a page. */
  readonly answersHtml?: boolean;
  /** Hands nothing on before the answer is whole. */
  readonly buffers?: boolean;
  /** Lines of the answer that do not get through. */
  readonly dropsLine?: (line: string, index: number) => boolean;
  /** Ends the answer as soon as it begins. */
  readonly endsAtOnce?: boolean;
}

/** A proxy that breaks one thing. */
export async function startBreakingProxy(target: string, breakage: Breakage) {
  const server = createServer((asked, answer) => {
    const path = asked.url ?? '/';
    const broken = breakage.applies({ path, headers: asked.headers }) ? breakage : null;
    if (broken?.answersHtml === true) {
      asked.resume();
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please sign in</h1>');
      return;
    }
    pass(asked, answer, broken);
  });

  function pass(asked: IncomingMessage, answer: ServerResponse, broken: Breakage | null): void {
    const headers = without(asked.headers, broken?.losesHeader);
    const { method } = asked;
    // A connection of its own: one that was used before may be closed by the server at this very
    // moment.
    const options = { method, headers, agent: false } as const;
    const forward = request(new URL(asked.url ?? '/', target), options, (got) => {
      got.once('error', () => answer.destroy());
      // How long the server keeps a connection says nothing of how long this one does.
      const { 'keep-alive': _, ...headersBack } = got.headers;
      answer.writeHead(got.statusCode ?? 502, without(headersBack, broken?.stripsHeader));
      void handOn(got, answer, broken).catch(() => answer.destroy());
    });
    forward.on('error', () => {
      // After the answer it says only that the server did not wait for the rest of the body.
      if (!answer.writableEnded) answer.destroy();
    });
    answer.once('close', () => {
      forward.destroy();
      // A body that was answered before it was whole would stand in the way of what comes next on
      // the connection.
      asked.unpipe().resume();
    });
    asked.pipe(forward);
  }

  // Longer than any test: a client must not send on a connection that is closed at this very
  // moment.
  server.keepAliveTimeout = 600_000;
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

async function handOn(
  got: IncomingMessage,
  answer: ServerResponse,
  broken: Breakage | null,
): Promise<void> {
  if (broken?.endsAtOnce === true) {
    answer.end();
  } else if (broken?.buffers === true) {
    answer.end(await buffer(got));
  } else if (broken?.dropsLine === undefined) {
    answer.flushHeaders();
    got.pipe(answer);
  } else {
    let index = 0;
    for await (const line of createInterface({ input: got })) {
      if (!broken.dropsLine(line, index)) answer.write(`${line}\n`);
      index += 1;
    }
    answer.end();
  }
}

function without(headers: IncomingHttpHeaders, name: string | undefined): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
