import { join } from 'node:path';
import type { EventLog } from '@runtape/event-log';
import { testEventLog } from '@runtape/event-log/conformance';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { openLossyStore } from './lossy-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

testEventLog({
  name: 'SQLite',
  openLossy: openLossyStore,
  open: async () => {
    const folder = await temporaryFolder();
    const opened: EventLog[] = [];
    const another = async () => {
      const log = await openSqliteEventLog({ file: join(folder.path, 'log.db'), pollMs: 2 });
      opened.push(log);
      return log;
    };
    return {
      log: await another(),
      another,
      [Symbol.asyncDispose]: async () => {
        for (const log of opened) await log.close();
        await folder[Symbol.asyncDispose]();
      },
    };
  },
});
