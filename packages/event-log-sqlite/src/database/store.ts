import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TimeSlice } from '@runtape/async';
import { logClosed } from '@runtape/event-log';
import { retryWhileLocked } from './retry-while-locked.ts';
import { explainFailure, isBusy } from './sqlite-failure.ts';

/** How long an operation waits for another program's lock, in ms. */
export const LOCK_WAIT_MS = 5_000;
/**
 * A few ms, so that short writes of another process need no retry, and longer ones do not block
 * this process.
 */
export const BUSY_MS = 5;

/**
 * An open store: one connection, and the transactions on it. A transaction blocks the process only
 * for its own short work: never for another program's lock, and together with preceding ones never
 * for longer than a slice. All methods reject with an `EventLogError`.
 */
export class Store {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #lockWaitMs: number;
  readonly #begin: StatementSync;
  readonly #beginWrite: StatementSync;
  readonly #commit: StatementSync;
  readonly #version: StatementSync;
  readonly #closing = new AbortController();
  readonly #slice = new TimeSlice();
  /** The last write, which the next one waits for. */
  #writing: Promise<unknown> = Promise.resolve();
  /** The number of running and waiting writes. */
  #writes = 0;

  constructor(database: DatabaseSync, file: string, lockWaitMs = LOCK_WAIT_MS) {
    this.#database = database;
    this.#file = file;
    this.#lockWaitMs = lockWaitMs;
    this.#begin = database.prepare('BEGIN');
    // Takes the write lock immediately, so that data read in the transaction stays valid until the
    // commit.
    this.#beginWrite = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#version = database.prepare('PRAGMA data_version');
  }

  /** Prepares a statement; keep it, and use it inside `read` and `write` only. */
  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /**
   * Runs reads that see the store at one moment.
   * @throws EventLogError `unavailable` when another program has locked the store for too long.
   */
  async read<Result>(work: () => Result): Promise<Result> {
    return await this.#run(this.#begin, work, performance.now() + this.#lockWaitMs);
  }

  /** As `read`, but without waiting: throws immediately when the store is locked. */
  readNow<Result>(work: () => Result): Result {
    return this.#explain(() => this.#transact(this.#begin, work));
  }

  /**
   * Runs reads and writes as one atomic step; if `work` throws, nothing has changed. Writes take
   * effect in the order of the calls.
   * @throws EventLogError `unavailable` when another program has locked the store for too long.
   */
  async write<Result>(work: () => Result): Promise<Result> {
    const deadline = performance.now() + this.#lockWaitMs;
    return await this.#afterEarlierWrites(() => this.#run(this.#beginWrite, work, deadline));
  }

  /**
   * As `write`, with a preparation that may take a while: it runs when the write's turn has come,
   * but outside the transaction.
   */
  async writePrepared<Prepared, Result>(
    prepare: () => Promise<Prepared>,
    work: (prepared: Prepared) => Result,
  ): Promise<Result> {
    const deadline = performance.now() + this.#lockWaitMs;
    return await this.#afterEarlierWrites(async () => {
      const prepared = await prepare();
      return await this.#run(this.#beginWrite, () => work(prepared), deadline);
    });
  }

  /**
   * Runs one writing statement as its own transaction in this turn of the event loop.
   * @returns `null` if it would have to wait for earlier writes, for the event loop, or for a lock.
   *   `write` waits.
   */
  runNow<Result>(statement: () => Result): Result | null {
    if (this.#writes > 0 || this.#slice.due || !this.#database.isOpen) return null;
    try {
      return statement();
    } catch (error) {
      if (isBusy(error)) return null;
      throw this.explain(error);
    }
  }

  /** A number that changes whenever another connection has written. */
  version(): unknown {
    return this.#explain(() => {
      this.#checkOpen();
      return this.#version.get()?.['data_version'];
    });
  }

  /** Closes the store and ends waits for a lock. Idempotent. */
  close(): void {
    this.#closing.abort();
    if (this.#database.isOpen) this.#database.close();
  }

  /** Explains an error as `explainFailure` does. */
  explain(error: unknown): unknown {
    return explainFailure(error, this.#file);
  }

  async #afterEarlierWrites<Result>(write: () => Promise<Result>): Promise<Result> {
    const written = this.#writes === 0 ? write() : this.#writing.then(write, write);
    this.#writes += 1;
    this.#writing = written.then(
      () => (this.#writes -= 1),
      () => (this.#writes -= 1),
    );
    return await written;
  }

  async #run<Result>(begin: StatementSync, work: () => Result, deadline: number): Promise<Result> {
    try {
      this.#checkOpen();
      // Operations that complete immediately would never let other work run in between.
      if (this.#slice.due) await this.#slice.yield();
      const { signal } = this.#closing;
      return await retryWhileLocked(() => this.#transact(begin, work), { deadline, signal });
    } catch (error) {
      throw this.explain(error);
    }
  }

  #transact<Result>(begin: StatementSync, work: () => Result): Result {
    this.#checkOpen();
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
  }

  #explain<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.explain(error);
    }
  }

  #checkOpen(): void {
    if (!this.#database.isOpen) throw logClosed();
  }
}
