import { randomUUID } from 'node:crypto';
import { type EventLog, isEventLogError } from '@runtape/event-log';
import type { LossyStore, OpenLossyStore } from '@runtape/event-log/conformance';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { appendOnlyFileOf, type RedisServer, startRedis } from '@runtape/redis';
import { afterAll, vi } from 'vitest';

/**
 * Opens stores in a Redis of their own, which is killed and restarted without the end of its
 * append-only file.
 */
export function lossyStores(): OpenLossyStore {
  let server: Promise<RedisServer> | undefined;
  afterAll(async () => {
    await (await server)?.stop();
  });
  return async () => {
    server ??= startRedis({ appendOnly: true });
    return await openOn(await server);
  };
}

async function openOn(server: RedisServer): Promise<LossyStore> {
  const log = await openRedisEventLog({ url: server.url, keyPrefix: `${randomUUID()}:` });
  const file = appendOnlyFileOf(server);
  const mark = async () => {
    const size = await file.size();
    return async () => {
      await server.kill();
      await file.cutTo(size);
      await server.restart();
      await untilBack(log);
      return log;
    };
  };
  return { log, mark, [Symbol.asyncDispose]: () => log.close() };
}

async function untilBack(log: EventLog): Promise<void> {
  await vi.waitFor(
    async () => {
      const error: unknown = await log.list({ limit: 1 }).then(
        () => null,
        (why: unknown) => why,
      );
      if (isEventLogError(error, 'unavailable')) throw error;
    },
    { interval: 5 },
  );
}
