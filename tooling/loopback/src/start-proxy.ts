import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** How a proxy handles a request: `buffer` forwards nothing before the response is complete. */
export type Manner = 'pass' | '503' | 'html' | 'buffer' | 'reset';

/** A proxy that can handle event streams differently from other requests. */
export interface TestProxy extends AsyncDisposable {
  readonly url: string;
  streams: Manner;
  calls: Manner;
  /** The requested paths of streams, and of other calls. */
  readonly asked: { readonly streams: string[]; readonly calls: string[] };
  /** The number of stream requests before the first call; `null` before that. */
  streamsBeforeCalls: number | null;
  /** The open streams. */
  readonly open: ReadonlySet<ServerResponse>;
}

export async function startProxy(target: string): Promise<TestProxy> {
  const open = new Set<ServerResponse>();
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url ?? '', target).pathname;
    const isStream = asked.headers.accept?.includes('text/event-stream') === true;
    if (!isStream) proxy.streamsBeforeCalls ??= proxy.asked.streams.length;
    proxy.asked[isStream ? 'streams' : 'calls'].push(path);
    if (isStream) {
      open.add(answer);
      answer.once('close', () => open.delete(answer));
    }
    treat(isStream ? proxy.streams : proxy.calls, asked, answer);
  });

  function treat(manner: Manner, asked: IncomingMessage, answer: ServerResponse): void {
    switch (manner) {
      case '503':
      case 'html':
        answer
          .writeHead(manner === 'html' ? 200 : 503, { 'content-type': 'text/html' })
          .end('<h1>Not here</h1>');
        return;
      case 'buffer':
        return;
      case 'reset':
        answer.destroy();
        return;
      case 'pass':
        pass(asked, answer);
    }
  }

  function pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, headers } = asked;
    const forward = request(new URL(asked.url ?? '', target), { method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
      got.once('error', () => answer.destroy());
    });
    forward.once('error', () => answer.destroy());
    answer.once('close', () => forward.destroy());
    asked.pipe(forward);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  const proxy: TestProxy = {
    url: `http://127.0.0.1:${address.port}`,
    streams: 'pass',
    calls: 'pass',
    asked: { streams: [], calls: [] },
    streamsBeforeCalls: null,
    open,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
