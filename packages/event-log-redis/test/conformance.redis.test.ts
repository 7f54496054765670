import { randomUUID } from 'node:crypto';
import type { EventLog } from '@runtape/event-log';
import { testEventLog } from '@runtape/event-log/conformance';
import { openRedisEventLog, type RedisEventLogOptions } from '@runtape/event-log-redis';
import { inject } from 'vitest';
import { lossyStores } from './lossy-store.ts';

/** A store with unique keys, and any number of handles on it. */
async function openStore(redis: RedisEventLogOptions) {
  const options = { ...redis, keyPrefix: `${randomUUID()}:` };
  const logs: EventLog[] = [];
  const another = async () => {
    const log = await openRedisEventLog(options);
    logs.push(log);
    return log;
  };
  const log = await another();
  const dispose = async () => {
    await Promise.all(logs.map((opened) => opened.close()));
  };
  return { log, another, [Symbol.asyncDispose]: dispose };
}

testEventLog({
  name: 'Redis',
  open: () => openStore({ url: inject('redisUrl') }),
  openLossy: lossyStores(),
});

testEventLog({
  name: 'Redis Cluster',
  open: () => openStore({ cluster: inject('redisClusterNodes') }),
});
