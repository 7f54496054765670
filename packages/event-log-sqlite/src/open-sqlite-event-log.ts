import type { EventLog } from '@runtape/event-log';
import { openStore } from './open-store.ts';
import { SqliteEventLog } from './sqlite-event-log.ts';

export interface SqliteEventLogOptions {
  /** The file of the store; it and its folder are created when they are not there. Several processes may share it. */
  readonly file: string;
  /** The time in ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Draws incarnations. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** How often the writes of other processes are looked for, in ms, only while something is watched. Default: 25. */
  readonly pollMs?: number | undefined;
  /**
   * What an append that was confirmed survives: the end of the process, however sudden (`process`), or also a loss of
   * power, for which every append waits for the disk (`power`). Default: `process`.
   */
  readonly durability?: 'process' | 'power' | undefined;
  /** Hears of a watcher that threw. Default: nobody does. */
  readonly onWatcherError?: ((error: unknown) => void) | undefined;
}

/**
 * Opens an event log in one SQLite file.
 * @throws EventLogError `unavailable` when the file cannot be opened or written; `corrupt` when it is damaged or no
 * database; `unsupported_store` when it belongs to a newer version or another program.
 */
export async function openSqliteEventLog({
  file,
  now = Date.now,
  random = Math.random,
  pollMs = 25,
  durability = 'process',
  onWatcherError,
}: SqliteEventLogOptions): Promise<EventLog> {
  const store = await openStore({ file, durability });
  return new SqliteEventLog({ store, now, random, pollMs, onWatcherError });
}
