import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TimeSlice } from '@runtape/async';
import { logClosed } from '@runtape/event-log';
import { retryWhileLocked } from './retry-while-locked.ts';
import { explainFailure, isBusy } from './sqlite-failure.ts';

/** For how long an operation waits for a lock that another program holds, in ms. */
export const LOCK_WAIT_MS = 5_000;
/**
 * A few ms, so that the short writes of another process cost no second try, and a longer one holds
 * up nobody here.
 */
export const BUSY_MS = 5;

/**
 * An open store: one connection, and the transactions on it. A transaction holds up the process for
 * its own short work only: never for a lock that another program holds, and never for longer than a
 * slice together with those before it. All its methods reject with an `EventLogError`.
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
  /** The write before the next one. */
  #writing: Promise<unknown> = Promise.resolve();
  /** How many writes are under way or wait for their turn. */
  #writes = 0;

  constructor(database: DatabaseSync, file: string, lockWaitMs = LOCK_WAIT_MS) {
    this.#database = database;
    this.#file = file;
    this.#lockWaitMs = lockWaitMs;
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

  /**
   * Runs reads that see the store at one moment.
   * @throws EventLogError `unavailable` when another program has locked the store for too long.
   */
  async read<Result>(work: () => Result): Promise<Result> {
    return await this.#run(this.#begin, work, performance.now() + this.#lockWaitMs);
  }

  /** As `read`, but only if that takes no waiting: it throws at once when the store is locked. */
  readNow<Result>(work: () => Result): Result {
    return this.#explain(() => this.#transact(this.#begin, work));
  }

  /**
   * Runs reads and writes as one atomic step; when `work` throws, nothing of it has happened.
   * Writes take effect in the order in which they were asked for.
   * @throws EventLogError `unavailable` when another program has locked the store for too long.
   */
  async write<Result>(work: () => Result): Promise<Result> {
    const deadline = performance.now() + this.#lockWaitMs;
    return await this.#inTurn(() => this.#run(this.#beginWrite, work, deadline));
  }

  /**
   * As `write`, for what has to be prepared first: in its turn, but outside the transaction, so
   * that it may take a while.
   */
  async writePrepared<Prepared, Result>(
    prepare: () => Promise<Prepared>,
    work: (prepared: Prepared) => Result,
  ): Promise<Result> {
    const deadline = performance.now() + this.#lockWaitMs;
    return await this.#inTurn(async () => {
      const prepared = await prepare();
      return await this.#run(this.#beginWrite, () => work(prepared), deadline);
    });
  }

  /**
   * Runs one statement that writes, as a transaction of its own and in this turn of the event loop.
   * @returns `null` when that would take waiting: for writes that were asked for before, for the
   *   event loop, or for a lock. `write` waits.
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

  /** Ends what waits for a lock. Idempotent. */
  close(): void {
    this.#closing.abort();
    if (this.#database.isOpen) this.#database.close();
  }

  /** Names what was thrown. */
  explain(error: unknown): unknown {
    return explainFailure(error, this.#file);
  }

  async #inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
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
      // Answers that are there at once would let nobody else run between one operation and the
      // next.
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
