import { createServer, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';
import { frameOf, getRequest, type LiveServer, type Settings } from './live-server.ts';

/** The limit: one buffer, encoded once, written to every response. No history, no resume, no limits. */
export function startBare(settings: Settings): Promise<LiveServer> {
  return startWriting(
    ({ events }, numbers) => numbers.map((number) => Buffer.from(frameOf(number, events))),
    settings,
  );
}

/** The limit for readers behind: all that waits in one write. */
export function startBareBatched(settings: Settings): Promise<LiveServer> {
  return startWriting(
    ({ events }, numbers) => [
      Buffer.from(numbers.map((number) => frameOf(number, events)).join('')),
    ],
    settings,
  );
}

async function startWriting(
  buffersOf: (settings: Settings, numbers: readonly number[]) => readonly Buffer[],
  settings: Settings,
): Promise<LiveServer> {
  const watchers = new Set<ServerResponse>();
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
    });
    response.flushHeaders();
    watchers.add(response);
    response.once('close', () => watchers.delete(response));
  });
  return {
    port: await listen(server),
    request: getRequest('/'),
    publish: (numbers) => {
      for (const buffer of buffersOf(settings, numbers)) {
        for (const response of watchers) response.write(buffer);
      }
    },
  };
}
