import { EventLogError, logClosed } from '@runtape/event-log';
import { z } from 'zod';
import type { Script } from '../store/script.ts';
import { explainFailure } from './redis-failure.ts';
import type { Commands, Topology } from './topology.ts';

export interface RedisConnectionOptions {
  /** The maximum duration of a call, in ms. */
  readonly timeoutMs: number;
}

const MAY_HAVE_WRITTEN = { mayHaveWritten: true };
const ONLY_WAITS = { mayHaveWritten: false };

/**
 * Sends commands to Redis. Every call ends in bounded time, and every failure is an
 * `EventLogError`.
 */
export class RedisConnection {
  readonly #topology: Topology;
  readonly #timeoutMs: number;
  readonly #inProgress = new Set<(reason: Error) => void>();
  #isClosed = false;

  constructor(topology: Topology, { timeoutMs }: RedisConnectionOptions) {
    this.#topology = topology;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Calls Redis. The command is sent before this returns, so calls take effect in order.
   * @throws EventLogError `unavailable`, `closed`.
   */
  call<T>(command: (commands: Commands) => Promise<T>): Promise<T> {
    return this.bounded(() => {
      if (this.#topology.isUsable()) return command(this.#topology.commands);
      throw new Error('There is no connection.');
    }, MAY_HAVE_WRITTEN);
  }

  /** Runs a script by its hash, or by its text when the server does not have it. */
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

  /** Waits for an operation, at most for the duration of a call. */
  async bounded<T>(operation: () => Promise<T>, { mayHaveWritten } = ONLY_WAITS): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => reject(this.#tooLate(mayHaveWritten)), this.#timeoutMs);
    this.#inProgress.add(reject);
    try {
      operation().then(resolve, reject);
      return await promise;
    } catch (error) {
      if (this.#isClosed) throw logClosed();
      const { address, settings, lastError } = this.#topology;
      throw explainFailure(error, { address, settings, lastError, mayHaveWritten });
    } finally {
      clearTimeout(timer);
      this.#inProgress.delete(reject);
    }
  }

  /** Whether a call now would be answered soon. */
  get isReady(): boolean {
    return this.#topology.isReady();
  }

  /** Disconnects; calls in progress reject. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#topology.close();
    // Rejects calls that still wait for a connection.
    for (const reject of this.#inProgress) reject(logClosed());
  }

  #tooLate(mayHaveWritten: boolean): EventLogError {
    const { address, settings, lastError } = this.#topology;
    // The reason why connecting fails is more helpful.
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
