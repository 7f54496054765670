import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventLogError } from '@runtape/event-log';
import { z } from 'zod';
import { makeFolder } from './make-folder.ts';
import { retryWhileLocked } from './retry-while-locked.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { explainFailure } from './sqlite-failure.ts';
import { BUSY_MS, LOCK_WAIT_MS, Store } from './store.ts';

/** The size to which the write-ahead log is truncated when it restarts. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

export interface OpenStoreOptions {
  readonly file: string;
  readonly durability: 'process' | 'power';
}

/** Opens a store, creating or migrating it if necessary. Rejects with an `EventLogError`. */
export async function openStore({ file, durability }: OpenStoreOptions): Promise<Store> {
  makeFolderOf(file);
  let database: DatabaseSync | undefined;
  const wait = {
    deadline: performance.now() + LOCK_WAIT_MS,
    signal: new AbortController().signal,
  };
  try {
    // The data of a removed workflow is removed in slices; SQLite's foreign keys would remove it in
    // one statement.
    const opened = new DatabaseSync(file, {
      timeout: BUSY_MS,
      enableForeignKeyConstraints: false,
    });
    database = opened;
    // Checked before anything is written, so that a file of another program stays unchanged.
    await retryWhileLocked(() => transact(opened, 'BEGIN', () => checkOwner(opened, file)), wait);
    await retryWhileLocked(() => useWriteAheadLog(opened, file), wait);
    // With NORMAL a commit is handed to the operating system but not forced to the disk: a killed
    // process loses nothing, a machine that loses power may lose its last appends (always the
    // newest, and never part of one). FULL waits for the disk.
    opened.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`);
    // A long read makes the log grow; this returns the space after it has ended.
    opened.exec(`PRAGMA journal_size_limit = ${MAX_LOG_BYTES}`);
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
    // Checked again under the lock, because another process, perhaps a newer version, may have
    // migrated by now.
    checkOwner(database, file);
    const version = numberOf(database, 'PRAGMA user_version');
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** Rolls back a failed migration, so that it can be tried again. */
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
