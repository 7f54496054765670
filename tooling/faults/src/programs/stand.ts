import type { EventLog } from '@runtape/event-log';
import type { TcpProxy } from '../tcp-proxy.ts';
import type { Program } from './program.ts';
import type { RedisNode } from './redis-node.ts';

/** Everything that runs, as on a test stand: programs, the store, and the proxies in front of them. */
export interface Stand extends AsyncDisposable {
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

/** All that runs of the product's and the harness's own. */
export function programsOf({ workers, servers, writer }: Stand): readonly Program[] {
  return [...workers, ...servers, writer];
}

/** Where clients reach the servers: through the proxies. */
export function originsOf({ serverLinks }: Stand): readonly string[] {
  return serverLinks.map(({ port }) => `http://127.0.0.1:${port}`);
}
