import type { EventLog } from '@runtape/event-log';
import type { TcpProxy } from '../tcp-proxy.ts';
import type { Program } from './program.ts';
import type { RedisNode } from './redis-node.ts';

/** The system under test: programs, their store, and the proxies in front of them. */
export interface Cluster extends AsyncDisposable {
  readonly servers: readonly Program[];
  /** None when the servers run workflows themselves. */
  readonly workers: readonly Program[];
  /** Starts and runs workflows of the harness's own. Only what it needs is broken, never itself. */
  readonly writer: Program;
  /** Where the writer listens. */
  readonly writerOrigin: string;
  /** One in front of each server. */
  readonly serverLinks: readonly TcpProxy[];
  /** None on SQLite. */
  readonly redis: readonly RedisNode[];
  /** Opens the log directly, past the proxies. */
  openLog(): Promise<EventLog>;
}

/** All programs, the harness's writer included. */
export function programsOf({ workers, servers, writer }: Cluster): readonly Program[] {
  return [...workers, ...servers, writer];
}

/** Where clients reach the servers: through the proxies. */
export function originsOf({ serverLinks }: Cluster): readonly string[] {
  return serverLinks.map(({ port }) => `http://127.0.0.1:${port}`);
}
