import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';

/** Opens the log for the thread that watches the event loop of a worker. */
export async function openLog({ file }: { readonly file: string }): Promise<EventLog> {
  return await openSqliteEventLog({ file });
}
