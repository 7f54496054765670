import type { EventLog } from '@runtape/event-log';
import { type ServerOptions, startServer, type TestServer } from '@runtape/loopback';
import { memoryStore } from '../stores.ts';

/** How a server writes its streams. */
export interface Way {
  readonly name: string;
  readonly options: Partial<ServerOptions>;
}

/** Every way in which plain streams reach a client. */
export const plainWays: readonly Way[] = [
  { name: 'on its socket', options: {} },
  { name: 'on its socket, in gzip blocks', options: { compresses: true } },
  { name: 'by web streams, as on any runtime', options: { toSockets: false } },
];

/** And the subscriptions of tRPC, whose own way is the reference. */
export const trpcWays: readonly Way[] = [
  ...plainWays,
  { name: 'by tRPC itself', options: { sharesTrpcStreams: false } },
];

export interface Served extends AsyncDisposable {
  readonly log: EventLog;
  readonly server: TestServer;
}

/** So long that no heartbeat helps a stream on that has come to a halt. */
const HEARTBEAT_MS = 600_000;

/**
 * A server over an empty log. Its clients come back after a second where the way lets it say so.
 */
export async function serve({ options }: Way, more: Partial<ServerOptions> = {}): Promise<Served> {
  await using starting = new AsyncDisposableStack();
  const log = await starting.use(await memoryStore()).open();
  const settings = { log, heartbeatMs: HEARTBEAT_MS, random: () => 0, ...options, ...more };
  const server = starting.use(await startServer(settings));
  const running = starting.move();
  return { log, server, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
