import type { EventLog } from '@runtape/event-log';
import { type BootClock, systemBootClock } from './database/boot-clock.ts';
import { openStore } from './database/open-store.ts';
import { sqliteEventLog } from './sqlite-event-log.ts';

export interface SqliteEventLogOptions {
  /**
   * The file of the store; the file and its folder are created if missing. Several processes may
   * share it.
   */
  readonly file: string;
  /** Returns the time in ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * The machine whose clock measures leases, and whose restart may have lost the last appends.
   * Processes that share a file must use the same one. Default: the machine of this process.
   */
  readonly machine?: BootClock | undefined;
  /** Draws incarnations. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /**
   * The interval at which writes of other processes are polled, in ms, while there are watchers;
   * four times as long after 80 polls without writes. Default: 25.
   */
  readonly pollMs?: number | undefined;
  /**
   * What a confirmed append survives: any end of the process (`process`), or also a power failure,
   * for which every append waits for the disk (`power`). Default: `process`.
   */
  readonly durability?: 'process' | 'power' | undefined;
  /** Called with an error that a watcher threw. Default: ignored. */
  readonly onWatcherError?: ((error: unknown) => void) | undefined;
}

/**
 * Opens an event log in one SQLite file.
 * @throws EventLogError `unavailable` when the file cannot be opened or written; `corrupt` when it
 *   is damaged or not a database; `unsupported_store` when it belongs to a newer version or another
 *   program.
 */
export async function openSqliteEventLog({
  file,
  now = Date.now,
  machine = systemBootClock(),
  random = Math.random,
  pollMs = 25,
  durability = 'process',
  onWatcherError,
}: SqliteEventLogOptions): Promise<EventLog> {
  const store = await openStore({ file, durability });
  return sqliteEventLog({ store, now, machine, random, pollMs, onWatcherError });
}
