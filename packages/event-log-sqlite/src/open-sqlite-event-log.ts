import type { EventLog } from '@runtape/event-log';
import { type BootClock, systemBootClock } from './database/boot-clock.ts';
import { openStore } from './database/open-store.ts';
import { sqliteEventLog } from './sqlite-event-log.ts';

export interface SqliteEventLogOptions {
  /**
   * The file of the store; it and its folder are created when they are not there. Several processes
   * may share it.
   */
  readonly file: string;
  /** The time in ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * By whose clock leases run out, and whose start may have cost the last appends. Processes that
   * share a file agree on it. Default: the one this process runs on.
   */
  readonly machine?: BootClock | undefined;
  /** Draws incarnations. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /**
   * How often the writes of other processes are looked for, in ms, only while something is watched;
   * a quarter as often once there were none for 80 looks. Default: 25.
   */
  readonly pollMs?: number | undefined;
  /**
   * What an append that was confirmed survives: the end of the process, however sudden (`process`),
   * or also a loss of power, for which every append waits for the disk (`power`). Default:
   * `process`.
   */
  readonly durability?: 'process' | 'power' | undefined;
  /** Hears of a watcher that threw. Default: nobody does. */
  readonly onWatcherError?: ((error: unknown) => void) | undefined;
}

/**
 * Opens an event log in one SQLite file.
 * @throws EventLogError `unavailable` when the file cannot be opened or written; `corrupt` when it
 *   is damaged or no database; `unsupported_store` when it belongs to a newer version or another
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
