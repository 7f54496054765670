import { createServer, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';
import { frameOf, getRequest, type LiveServer, type Settings } from './live-server.ts';

/**
 * The limit: one buffer, encoded once and written to every response. No history, resume or limits.
 */
export function startBare(settings: Settings): Promise<LiveServer> {
  return startWriting(
    ({ events }, numbers) => numbers.map((number) => Buffer.from(frameOf(number, events))),
    settings,
  );
}

/** The limit for slow readers: all pending events in one write. */
export function startBareBatched(settings: Settings): Promise<LiveServer> {
  return startWriting(
    ({ events }, numbers) => [
      Buffer.from(numbers.map((number) => frameOf(number, events)).join('')),
    ],
    settings,
  );
}

const HEARTBEAT = Buffer.from(':\n\n');

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
  if (settings.heartbeatMs !== undefined) {
    const beat = () => {
      for (const response of watchers) response.write(HEARTBEAT);
    };
    setInterval(beat, settings.heartbeatMs).unref();
  }
  return {
    port: await listen(server),
    requests: [getRequest('/')],
    publish: (numbers) => {
      for (const buffer of buffersOf(settings, numbers)) {
        for (const response of watchers) response.write(buffer);
      }
    },
  };
}
