import type { EventLog } from '@runtape/event-log';
import type { TcpProxy } from '../tcp-proxy.ts';
import type { Program } from './program.ts';
import type { RedisNode } from './redis-node.ts';

/** The system under test: programs, their store, and the proxies in front of them. */
export interface Cluster extends AsyncDisposable {
  readonly servers: readonly Program[];
  /** Empty if the servers run workflows themselves. */
  readonly workers: readonly Program[];
  /**
   * Starts and runs the workflows of the test harness. Faults hit only its dependencies, never the
   * writer.
   */
  readonly writer: Program;
  /** The origin of the writer. */
  readonly writerOrigin: string;
  /** One proxy in front of each server. */
  readonly serverLinks: readonly TcpProxy[];
  /** Empty on SQLite. */
  readonly redis: readonly RedisNode[];
  /** Opens the log directly, past the proxies. */
  openLog(): Promise<EventLog>;
}

/** All programs, including the writer. */
export function programsOf({ workers, servers, writer }: Cluster): readonly Program[] {
  return [...workers, ...servers, writer];
}

/** The origins that clients use, which lead through the proxies. */
export function originsOf({ serverLinks }: Cluster): readonly string[] {
  return serverLinks.map(({ port }) => `http://127.0.0.1:${port}`);
}
