import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { z } from 'zod';

/** Opens the log for the thread that watches the event loop of a process. */
export async function openLog(file: unknown): Promise<EventLog> {
  return await openSqliteEventLog({ file: z.string().parse(file) });
}
