import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LossyStore } from '@runtape/event-log/conformance';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { systemBootClock } from '../src/database/boot-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A store on a machine that loses power; afterwards the machine and all processes are restarted.
 */
export async function openLossyStore(): Promise<LossyStore> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  const machine = systemBootClock();
  let boots = 1;
  let marks = 0;
  const start = () =>
    openSqliteEventLog({
      file,
      pollMs: 2,
      machine: { now: () => machine.now(), boot: `${boots}` },
    });
  const first = await start();
  let log = first;
  const mark = async () => {
    const kept = join(folder.path, `kept-${(marks += 1)}.db`);
    copyTo(file, kept);
    return async () => {
      await log.close();
      for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true });
      await copyFile(kept, file);
      boots += 1;
      log = await start();
      return log;
    };
  };
  const dispose = async () => {
    await log.close();
    await folder[Symbol.asyncDispose]();
  };
  return { log: first, mark, [Symbol.asyncDispose]: dispose };
}

function copyTo(file: string, kept: string): void {
  const database = new DatabaseSync(file);
  database.prepare('VACUUM INTO ?').run(kept);
  database.close();
}
