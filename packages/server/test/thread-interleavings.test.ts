import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testThreads, type TwoLogs } from './thread-scenarios.ts';

async function memory(): Promise<TwoLogs> {
  const store = new MemoryStore();
  const logs = [createMemoryEventLog({ store }), createMemoryEventLog({ store })] as const;
  return { logs, [Symbol.asyncDispose]: async () => {} };
}

async function sqlite(): Promise<TwoLogs> {
  const folder = await mkdtemp(join(tmpdir(), 'runtape-threads-'));
  const open = () => openSqliteEventLog({ file: join(folder, 'runtape.db'), pollMs: 2 });
  const logs = [await open(), await open()] as const;
  return {
    logs,
    [Symbol.asyncDispose]: async () => {
      for (const log of logs) await log.close();
      await rm(folder, { recursive: true });
    },
  };
}

testThreads('memory', memory, 100);
testThreads('SQLite', sqlite, 25);
