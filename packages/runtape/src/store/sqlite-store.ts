import { createInProcessQueue } from '@runtape/engine';
import type { Store } from './store.ts';

/** @throws EventLogError `unavailable`, `corrupt`, `unsupported_store`. */
export async function openSqliteStore(file: string): Promise<Store> {
  // Imported only now: `node:sqlite` is not everywhere.
  const { openSqliteEventLog } = await import('@runtape/event-log-sqlite');
  const log = await openSqliteEventLog({ file });
  const queue = createInProcessQueue();
  return {
    log,
    queue,
    loopGuard: { openLog: logModule(), data: { file } },
    close: async () => {
      await queue.close();
      await log.close();
    },
  };
}

/** TypeScript source in development, JavaScript when built. */
function logModule(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./open-sqlite-log.ts', import.meta.url)
    : new URL('./open-sqlite-log.js', import.meta.url);
}
