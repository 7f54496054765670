import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { EventLogError } from '@runtape/event-log';
import { z } from 'zod';
import { makeFolder } from './make-folder.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { explainFailure, isBusy } from './sqlite-failure.ts';
import { Store } from './store.ts';

/** How long a connection waits for another's write, in ms. */
const BUSY_MS = 5000;
const RETRY_MS = 10;

export interface OpenStoreOptions {
  readonly file: string;
  readonly durability: 'process' | 'power';
}

/** Opens a store, creating or migrating it where needed. Rejects with an `EventLogError`. */
export async function openStore({ file, durability }: OpenStoreOptions): Promise<Store> {
  makeFolderOf(file);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_MS });
    // Before anything is written: a file that is not ours stays as it is.
    database.exec('BEGIN');
    checkOwner(database, file);
    database.exec('COMMIT');
    await useWriteAheadLog(database, file);
    // With NORMAL a commit is handed to the operating system but not forced to the disk: a process that is killed loses
    // nothing, a machine that loses power may lose its last appends (never the order, never half of one). FULL waits for the disk.
    database.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`);
    migrate(database, file);
    return new Store(database, file);
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

async function useWriteAheadLog(database: DatabaseSync, file: string): Promise<void> {
  if (await switchToWriteAheadLog(database)) return;
  throw new EventLogError(
    'unavailable',
    `${file} cannot use a write-ahead log where it is. Put the store on a local disk.`,
  );
}

/** SQLite's busy timeout does not cover the switch, and several processes may open a new store at once. */
async function switchToWriteAheadLog(database: DatabaseSync): Promise<boolean> {
  const deadline = performance.now() + BUSY_MS;
  for (;;) {
    try {
      const row = database.prepare('PRAGMA journal_mode = WAL').get();
      return row?.['journal_mode'] === 'wal';
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}

function migrate(database: DatabaseSync, file: string): void {
  database.exec('BEGIN IMMEDIATE');
  // Again, under the lock: another process may have migrated meanwhile, and be a newer one.
  checkOwner(database, file);
  const version = numberOf(database, 'PRAGMA user_version');
  for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  database.exec('COMMIT');
}

function numberOf(database: DatabaseSync, sql: string): number {
  return z.int().parse(Object.values(database.prepare(sql).get() ?? {})[0]);
}
