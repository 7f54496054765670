import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { logClosed } from '@runtape/event-log';
import { explainFailure } from './sqlite-failure.ts';

/** An open store: one connection, and the transactions on it. All its methods throw an `EventLogError`. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #begin: StatementSync;
  readonly #beginWrite: StatementSync;
  readonly #commit: StatementSync;
  readonly #version: StatementSync;

  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
    this.#begin = database.prepare('BEGIN');
    // Takes the write lock at once: what is read inside stays true until the commit.
    this.#beginWrite = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#version = database.prepare('PRAGMA data_version');
  }

  /** Prepares a statement; keep it, and use it inside `read` and `write` only. */
  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /** Runs reads that see the store at one moment. */
  read<Result>(work: () => Result): Result {
    return this.#transact(this.#begin, work);
  }

  /** Runs reads and writes as one atomic step; when `work` throws, nothing of it has happened. */
  write<Result>(work: () => Result): Result {
    return this.#transact(this.#beginWrite, work);
  }

  /** A number that changes whenever another connection has written. */
  version(): unknown {
    return this.#guard(() => this.#version.get()?.['data_version']);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #transact<Result>(begin: StatementSync, work: () => Result): Result {
    return this.#guard(() => {
      begin.run();
      try {
        const result = work();
        this.#commit.run();
        return result;
      } catch (error) {
        // SQLite has already rolled back after some failures, e.g. on a full disk.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #guard<Result>(work: () => Result): Result {
    if (!this.#database.isOpen) throw logClosed();
    try {
      return work();
    } catch (error) {
      throw explainFailure(error, this.#file);
    }
  }
}
