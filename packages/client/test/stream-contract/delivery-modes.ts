import type { EventLog } from '@runtape/event-log';
import { type ServerOptions, startServer, type TestServer } from '@runtape/loopback';
import { memoryStore } from '../stores.ts';

/** How a server delivers its streams. */
export interface DeliveryMode {
  readonly name: string;
  readonly options: Partial<ServerOptions>;
}

export const plainModes: readonly DeliveryMode[] = [
  { name: 'on its socket', options: {} },
  { name: 'on its socket, in gzip blocks', options: { compresses: true } },
  { name: 'by web streams, as on any runtime', options: { toSockets: false } },
];

/** The modes of plain streams, and the server of tRPC itself as the reference. */
export const trpcModes: readonly DeliveryMode[] = [
  ...plainModes,
  { name: 'by tRPC itself', options: { sharesTrpcStreams: false } },
];

export interface Served extends AsyncDisposable {
  readonly log: EventLog;
  readonly server: TestServer;
}

/** So long that no heartbeat can flush a stalled stream. */
const HEARTBEAT_MS = 600_000;

/** Starts a server on an empty log, with a short reconnect delay where the mode sends one. */
export async function serve(
  { options }: DeliveryMode,
  more: Partial<ServerOptions> = {},
): Promise<Served> {
  await using starting = new AsyncDisposableStack();
  const log = await starting.use(await memoryStore()).open();
  const settings = { log, heartbeatMs: HEARTBEAT_MS, random: () => 0, ...options, ...more };
  const server = starting.use(await startServer(settings));
  const running = starting.move();
  return { log, server, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
