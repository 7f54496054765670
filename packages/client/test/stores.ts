import type { EventLog } from '@runtape/event-log';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty store. Each log opened on it stands for one process. */
export interface TestStore extends AsyncDisposable {
  open(): Promise<EventLog>;
}

export const stores: readonly (readonly [string, () => Promise<TestStore>])[] = [
  ['memory', memoryStore],
  ['SQLite', sqliteStore],
];

export async function memoryStore(): Promise<TestStore> {
  const store = new MemoryStore();
  return createTestStore(async () => createMemoryEventLog({ store }));
}

export async function sqliteStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'runtape-client-'));
  const file = join(folder, 'runtape.db');
  return createTestStore(
    () => openSqliteEventLog({ file }),
    () => rm(folder, { recursive: true }),
  );
}

/** @param remove runs after every log of the store is closed. */
export function createTestStore(
  openLog: () => Promise<EventLog>,
  remove: () => Promise<void> = async () => {},
): TestStore {
  const logs: EventLog[] = [];
  return {
    open: async () => {
      const log = await openLog();
      logs.push(log);
      return log;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(logs.map((log) => log.close()));
      await remove();
    },
  };
}
