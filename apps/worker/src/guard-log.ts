import type { EventLog } from '@runtape/event-log';
import { openStore, type StoreEnv } from './open-store.ts';

/** Opens the log of a worker once more, for the thread that watches its event loop. */
export async function openLog(env: StoreEnv): Promise<EventLog> {
  // The worker itself has said what is to be said about the store.
  const { log, queue } = await openStore(env, () => undefined);
  await queue.close();
  return log;
}
