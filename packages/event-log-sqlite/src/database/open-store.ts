import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventLogError } from '@runtape/event-log';
import { z } from 'zod';
import { makeFolder } from './make-folder.ts';
import { retryWhileLocked } from './retry-while-locked.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { explainFailure } from './sqlite-failure.ts';
import { BUSY_MS, LOCK_WAIT_MS, Store } from './store.ts';

/** To what size the write-ahead log is cut when it begins anew. */
const MOST_LOG_BYTES = 64 * 1024 * 1024;

export interface OpenStoreOptions {
  readonly file: string;
  readonly durability: 'process' | 'power';
}

/** Opens a store, creating or migrating it where needed. Rejects with an `EventLogError`. */
export async function openStore({ file, durability }: OpenStoreOptions): Promise<Store> {
  makeFolderOf(file);
  let database: DatabaseSync | undefined;
  const wait = {
    deadline: performance.now() + LOCK_WAIT_MS,
    signal: new AbortController().signal,
  };
  try {
    // What a removed workflow leaves is removed in slices; SQLite's own way would do it all in one
    // statement.
    const opened = new DatabaseSync(file, {
      timeout: BUSY_MS,
      enableForeignKeyConstraints: false,
    });
    database = opened;
    // Before anything is written: a file that is not ours stays as it is.
    await retryWhileLocked(() => transact(opened, 'BEGIN', () => checkOwner(opened, file)), wait);
    await retryWhileLocked(() => useWriteAheadLog(opened, file), wait);
    // With NORMAL a commit is handed to the operating system but not forced to the disk: a process
    // that is killed loses nothing, a machine that loses power may lose its last appends (never the
    // order, never half of one). FULL waits for the disk.
    opened.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`);
    // What a reader that stayed for long made the log grow to is given back once it has left.
    opened.exec(`PRAGMA journal_size_limit = ${MOST_LOG_BYTES}`);
    await retryWhileLocked(() => migrate(opened, file), wait);
    return await retryWhileLocked(() => new Store(opened, file), wait);
  } catch (error) {
    database?.close();
    throw explainFailure(error, file);
  }
}

function makeFolderOf(file: string): void {
  const folder = dirname(file);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new EventLogError(
      'unavailable',
      `The folder ${folder} cannot be created. Name another place for the store, or give this user the right to write there.`,
      { cause },
    );
  }
}

function checkOwner(database: DatabaseSync, file: string): void {
  const owner = numberOf(database, 'PRAGMA application_id');
  const isEmpty = numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (owner !== APPLICATION_ID && !(owner === 0 && isEmpty)) {
    throw new EventLogError(
      'unsupported_store',
      `${file} is a database of another program. Name another file for the store.`,
    );
  }
  const version = numberOf(database, 'PRAGMA user_version');
  if (version > MIGRATIONS.length) {
    throw new EventLogError(
      'unsupported_store',
      `${file} was written by a newer Runtape (store version ${version}, this one knows up to ${MIGRATIONS.length}). Update Runtape, or name another file.`,
    );
  }
}

function useWriteAheadLog(database: DatabaseSync, file: string): void {
  const row = database.prepare('PRAGMA journal_mode = WAL').get();
  if (row?.['journal_mode'] === 'wal') return;
  throw new EventLogError(
    'unavailable',
    `${file} cannot use a write-ahead log where it is. Put the store on a local disk.`,
  );
}

function migrate(database: DatabaseSync, file: string): void {
  transact(database, 'BEGIN IMMEDIATE', () => {
    // Again, under the lock: another process may have migrated meanwhile, and be a newer one.
    checkOwner(database, file);
    const version = numberOf(database, 'PRAGMA user_version');
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** What is refused half way is undone, so that it can be tried again. */
function transact(database: DatabaseSync, begin: string, work: () => void): void {
  database.exec(begin);
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function numberOf(database: DatabaseSync, sql: string): number {
  return z.int().parse(Object.values(database.prepare(sql).get() ?? {})[0]);
}
