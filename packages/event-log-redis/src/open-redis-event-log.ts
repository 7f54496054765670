import type { EventLog } from '@runtape/event-log';
import type { Cluster, Redis } from 'ioredis';
import { checkAccess } from './access/check-access.ts';
import { checkServer } from './connection/check-server.ts';
import type { ClientSettings } from './connection/client-options.ts';
import { cluster } from './connection/cluster.ts';
import { RedisConnection } from './connection/redis-connection.ts';
import { sentinel } from './connection/sentinel.ts';
import { singleNode } from './connection/single-node.ts';
import type { Topology } from './connection/topology.ts';
import type { RedisEventLogOptions } from './options.ts';
import type { RedisAddress } from '@runtape/redis-client';
import { redisEventLog } from './redis-event-log.ts';
import { Keys } from './store/keys.ts';
import { PubSubWatch } from './watch.ts';
import { migrateLists } from './workflow-index/migrate-lists.ts';
import { WorkflowIndex } from './workflow-index/workflow-index.ts';

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_URL = 'redis://127.0.0.1:6379';

/** A log in Redis, and its connection for commands. */
export interface EventLogWithClient extends EventLog {
  /**
   * The client that the log sends its commands with, for other code in this process that uses the
   * same Redis: the process then needs only two connections. Never send it a blocking command. It
   * reconnects by itself, and ends with the log. While Redis is unavailable commands reject, and
   * none is sent twice.
   */
  readonly client: Redis | Cluster;
}

/**
 * Opens the event log in a Redis (7.0 or later) or Valkey, single or cluster. It uses one
 * connection for commands and one for notifications, regardless of the number of watchers; on a
 * cluster, one of each per node.
 *
 * When Redis is unavailable, calls reject with `unavailable` within `timeoutMs`, and the log works
 * again by itself when Redis has recovered. After a rejected write it is unknown whether it took
 * place: check with `get` and repeat what is missing; the check of `after` prevents duplicates.
 * Leases and times are measured by the clock of Redis.
 * @returns the log; `close` it to end its connections.
 * @throws EventLogError `unavailable` when Redis cannot be reached, refuses the password, or does
 *   not grant its user all required rights; `unsupported_store` when it is too old, or not of the
 *   configured kind (single, cluster, Sentinel).
 * @throws TypeError when the address is incomplete or ambiguous.
 */
export async function openRedisEventLog(
  options: RedisEventLogOptions = {},
): Promise<EventLogWithClient> {
  const { keepEndedForMs, onWarning = () => {}, keyPrefix = '', alsoNeeds = [] } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, random = Math.random } = options;
  if (keepEndedForMs !== undefined && !(keepEndedForMs >= 1)) {
    throw new RangeError('keepEndedForMs is a number of milliseconds from 1.');
  }
  const keys = new Keys(keyPrefix);
  const topology = topologyOf(options, { timeoutMs, random });
  const connection = new RedisConnection(topology, { timeoutMs });
  const pubSub = new PubSubWatch({ topology, connection, keys, random, onWarning });
  const dependencies = { topology, connection, pubSub, keys, keepEndedForMs, random };
  const log = redisEventLog(dependencies);
  try {
    await connection.bounded(async () => {
      await topology.connect();
      await checkServer(topology, onWarning);
      await pubSub.connect();
    });
    const access = { topology, pubSub, keyPrefix, alsoNeeds, random };
    await connection.bounded(() => checkAccess(access));
    const index = new WorkflowIndex(connection, keys);
    await migrateLists({ connection, keys, index });
    await index.allDue();
    return Object.assign(log, { client: topology.client });
  } catch (error) {
    await log.close();
    throw error;
  }
}

/**
 * The Redis at an address; not connected yet.
 * @throws TypeError when the address is incomplete or ambiguous.
 * @throws EventLogError `unavailable` when the URL is invalid.
 */
function topologyOf(address: RedisAddress, settings: ClientSettings): Topology {
  const { url, cluster: nodes, sentinels, masterName } = address;
  if ([url, nodes, sentinels].filter((one) => one !== undefined).length > 1) {
    throw new TypeError('Give one of url, cluster and sentinels.');
  }
  if ((sentinels === undefined) !== (masterName === undefined)) {
    throw new TypeError('Give sentinels and masterName together.');
  }
  const all = { ...address, ...settings };
  if (nodes !== undefined) return cluster({ ...all, nodes });
  if (sentinels !== undefined && masterName !== undefined) {
    return sentinel({ ...all, sentinels, masterName });
  }
  return singleNode(url ?? DEFAULT_URL, all);
}
