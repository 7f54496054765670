import { join } from 'node:path';
import type { EventLog } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { WorkflowId } from '@runtape/events';
import { textOf } from '../targets/live-server.ts';
import type { Check, Location } from './publishers.ts';

const PAGE = 1000;

export type StoreKind = 'sqlite' | 'redis';

/** Opens a log that only this process uses. */
export async function openLog(store: StoreKind, { folder, redisUrl }: Location): Promise<EventLog> {
  return store === 'sqlite'
    ? await openSqliteEventLog({ file: join(folder, `log-${process.pid}.db`) })
    : await openRedisEventLog({ url: redisUrl, onWarning: (message) => console.error(message) });
}

/**
 * Verifies the stored workflow: its numbers are consecutive, and its tokens (merged or not) or
 * statuses are complete.
 */
export function checkOf(log: EventLog, workflowId: WorkflowId, count: number): Check {
  return async () => {
    let after = 0;
    let text = '';
    let statuses = 0;
    for (;;) {
      const { entries } = await log.read(workflowId, { after, limit: PAGE });
      if (entries.length === 0) break;
      for (const { seq, event } of entries) {
        if (seq !== after + 1) return `entry ${seq} comes after ${after}`;
        after = seq;
        if (event.type === 'token') text += event.data.content;
        if (event.type === 'status') statuses += 1;
      }
    }
    const wanted = Array.from({ length: count }, (_, index) => textOf(index + 1)).join('');
    return text === wanted || statuses === count
      ? null
      : `not all of ${count} events are stored in order`;
  };
}
