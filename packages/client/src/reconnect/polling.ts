import { RuntapeClientError } from '../transport/errors.ts';
import type { PollResult } from '../transport/transport.ts';
import type { ConnectionState } from './connection-state.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';
import type { RetryTimer } from './retry-timer.ts';

export interface PollingOptions {
  /**
   * Polls once, and delivers the messages. Rejects when there is no response, or the signal aborts.
   */
  readonly poll: (signal: AbortSignal) => Promise<PollResult>;
  readonly policy: ReconnectPolicy;
  readonly timer: RetryTimer;
  readonly onConnection: (state: ConnectionState) => void;
  /** Called when polling ends by itself; see `end`. */
  readonly onEnd: () => void;
}

/** Polls for new events repeatedly while streaming does not work. */
export class Polling {
  readonly #options: PollingOptions;
  #running: AbortController | null = null;
  #isAnswered = false;
  #end: { readonly error: RuntapeClientError | null } | null = null;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  /** Whether the last poll succeeded, so that events arrive this way. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /**
   * Why polling ended by itself: all events have arrived (no error), or the server refused. `null`
   * if it has not ended by itself.
   */
  get end(): { readonly error: RuntapeClientError | null } | null {
    return this.#end;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  /** Stops polling, and discards the result of a poll in progress. */
  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#isAnswered = false;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { poll, policy, timer } = this.#options;
    for (let failures = 0; ;) {
      try {
        const result = await poll(signal);
        if (signal.aborted) return;
        if (result === 'ended') {
          this.#finish(null);
          return;
        }
        policy.answered();
        this.#answered(failures);
        failures = 0;
        if (result === 'idle') await timer.sleep(policy.untilNextPoll(0), signal);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = RuntapeClientError.from(thrown);
        if (!error.mayPass) {
          this.#finish(error);
          return;
        }
        failures += 1;
        await this.#unanswered(failures, signal).catch(() => {});
        if (signal.aborted) return;
      }
    }
  }

  #finish(error: RuntapeClientError | null): void {
    this.#end = { error };
    this.#options.onEnd();
  }

  #answered(failures: number): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#options.onConnection({ state: 'polling' });
    // The server has recovered, so streaming may work again.
    if (failures > 0) this.#options.timer.fire('visible');
  }

  async #unanswered(failures: number, signal: AbortSignal): Promise<void> {
    const { policy, timer, onConnection } = this.#options;
    const inMs = policy.untilNextPoll(failures);
    if (this.#isAnswered) onConnection({ state: 'reconnecting', inMs, attempt: failures });
    this.#isAnswered = false;
    await timer.sleep(inMs, signal);
  }
}
