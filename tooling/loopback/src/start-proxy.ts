import type { ServerResponse } from 'node:http';
import { forward, type HttpServer, startHttpServer } from './forward.ts';

/** How a proxy handles a request: `buffer` forwards nothing before the response is complete. */
export type ProxyMode = 'pass' | '503' | 'html' | 'buffer' | 'reset';

/** A proxy that can handle event streams differently from other requests. */
export interface TestProxy extends HttpServer {
  streams: ProxyMode;
  calls: ProxyMode;
  /** The requested paths of streams, and of other calls. */
  readonly requests: { readonly streams: string[]; readonly calls: string[] };
  /** The number of stream requests before the first call; `null` before that. */
  streamsBeforeCalls: number | null;
  /** The open streams. */
  readonly open: ReadonlySet<ServerResponse>;
}

export async function startProxy(target: string): Promise<TestProxy> {
  const open = new Set<ServerResponse>();
  const server = await startHttpServer((incoming, outgoing) => {
    const path = new URL(incoming.url ?? '', target).pathname;
    const isStream = incoming.headers.accept?.includes('text/event-stream') === true;
    if (!isStream) proxy.streamsBeforeCalls ??= proxy.requests.streams.length;
    proxy.requests[isStream ? 'streams' : 'calls'].push(path);
    if (isStream) {
      open.add(outgoing);
      outgoing.once('close', () => open.delete(outgoing));
    }
    const mode = isStream ? proxy.streams : proxy.calls;
    switch (mode) {
      case '503':
      case 'html':
        outgoing
          .writeHead(mode === 'html' ? 200 : 503, { 'content-type': 'text/html' })
          .end('<h1>Not here</h1>');
        return;
      case 'buffer':
        return;
      case 'reset':
        outgoing.destroy();
        return;
      case 'pass':
        forward(target, incoming, outgoing);
    }
  });
  const proxy: TestProxy = {
    ...server,
    streams: 'pass',
    calls: 'pass',
    requests: { streams: [], calls: [] },
    streamsBeforeCalls: null,
    open,
  };
  return proxy;
}
