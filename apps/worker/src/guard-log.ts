import type { EventLog } from '@runtape/event-log';
import { openStore, type StoreEnv } from './open-store.ts';

/** Opens a worker's log for the thread that watches its event loop. */
export async function openLog(env: StoreEnv): Promise<EventLog> {
  // The worker has printed the warnings already.
  const { log, queue } = await openStore(env, () => undefined);
  await queue.close();
  return log;
}
