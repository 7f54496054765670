import { EventLogError, logClosed } from '@runtape/event-log';
import { z } from 'zod';
import type { Script } from '../store/script.ts';
import { explainFailure } from './redis-failure.ts';
import type { Commands, Topology } from './topology.ts';

export interface ConnectionOptions {
  /** Within how long a call is answered or rejects, in ms. */
  readonly timeoutMs: number;
}

const MAY_HAVE_WRITTEN = { mayHaveWritten: true };
const ONLY_WAITS = { mayHaveWritten: false };

/**
 * Gives commands to Redis. Every call ends in bounded time, and every failure is an
 * `EventLogError`.
 */
export class Connection {
  readonly #topology: Topology;
  readonly #timeoutMs: number;
  readonly #underWay = new Set<(reason: Error) => void>();
  #isClosed = false;

  constructor(topology: Topology, { timeoutMs }: ConnectionOptions) {
    this.#topology = topology;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Calls Redis. The command goes out before this returns, so calls take effect in the order they
   * were made.
   * @throws EventLogError `unavailable`, `closed`.
   */
  call<T>(command: (commands: Commands) => Promise<T>): Promise<T> {
    return this.bounded(() => {
      if (this.#topology.isUsable()) return command(this.#topology.commands);
      throw new Error('There is no connection.');
    }, MAY_HAVE_WRITTEN);
  }

  /**
   * Runs a script by its hash; with its text where the server does not have it, or not any more.
   */
  script(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args];
    return this.call(async (commands) => {
      try {
        return await commands.call('evalsha', [script.sha, ...rest]);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return await commands.call('eval', [script.lua, ...rest]);
      }
    });
  }

  /** The time by Redis, in ms since 1970. */
  async now(): Promise<number> {
    const [seconds, microseconds] = z
      .tuple([z.coerce.number(), z.coerce.number()])
      .parse(await this.call((commands) => commands.time()));
    return seconds * 1000 + Math.floor(microseconds / 1000);
  }

  /** Waits for something within the time of a call. */
  async bounded<T>(operation: () => Promise<T>, { mayHaveWritten } = ONLY_WAITS): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => reject(this.#tooLate(mayHaveWritten)), this.#timeoutMs);
    this.#underWay.add(reject);
    try {
      operation().then(resolve, reject);
      return await promise;
    } catch (error) {
      if (this.#isClosed) throw logClosed();
      const { address, settings, lastError } = this.#topology;
      throw explainFailure(error, { address, settings, lastError, mayHaveWritten });
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(reject);
    }
  }

  /** Whether whatever is asked now is answered soon. */
  get isReady(): boolean {
    return this.#topology.isReady();
  }

  /** Disconnects; what is under way is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#topology.close();
    // What waited for a connection that never came.
    for (const reject of this.#underWay) reject(logClosed());
  }

  #tooLate(mayHaveWritten: boolean): EventLogError {
    const { address, settings, lastError } = this.#topology;
    // What keeps connecting from coming to an end says more.
    if (!mayHaveWritten && lastError !== null) {
      return explainFailure(lastError, { address, settings, lastError, mayHaveWritten });
    }
    const outcome = mayHaveWritten
      ? 'Whether a write took place is not known: ask, and repeat what is missing.'
      : 'Check that it runs, and try again.';
    return new EventLogError(
      'unavailable',
      `Redis at ${address} did not answer within ${this.#timeoutMs} ms. ${outcome}`,
    );
  }
}
