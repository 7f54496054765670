import type { Alarm } from './retry-timer.ts';
import type { Attempts } from './reconnect-policy.ts';
import type { ConnectionState } from './connection-state.ts';
import { RuntapeClientError } from '../errors.ts';

/** `more`: ask again at once. `idle`: that was all for now. `ended`: nothing comes any more. */
export type Polled = 'more' | 'idle' | 'ended';

export interface PollingOptions {
  /** Asks once, and hands on what came. Rejects when there was no answer, or the signal aborts. */
  readonly poll: (signal: AbortSignal) => Promise<Polled>;
  readonly attempts: Attempts;
  readonly alarm: Alarm;
  readonly onConnection: (state: ConnectionState) => void;
  /** There is nothing more to ask for. */
  readonly onEnd: () => void;
}

/** Everything has come (`null`), or the server refuses. */
export interface PollingEnd {
  readonly error: RuntapeClientError | null;
}

/** Asks for what is new, again and again, while streaming does not work. */
export class Polling {
  readonly #options: PollingOptions;
  #running: AbortController | null = null;
  #isAnswered = false;
  #end: PollingEnd | null = null;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  /** The last poll was answered: events arrive this way. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** How it ended by itself; `null` while it has not. */
  get end(): PollingEnd | null {
    return this.#end;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  /** Nothing that is under way is handed on any more. */
  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#isAnswered = false;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { poll, attempts, alarm } = this.#options;
    for (let failures = 0; ;) {
      try {
        const polled = await poll(signal);
        if (signal.aborted) return;
        if (polled === 'ended') {
          this.#finish(null);
          return;
        }
        attempts.answered();
        this.#answered(failures);
        failures = 0;
        if (polled === 'idle') await alarm.sleep(attempts.untilNextPoll(0), signal);
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
    // The server was away and is back: a stream may stand again.
    if (failures > 0) this.#options.alarm.ring('visible');
  }

  async #unanswered(failures: number, signal: AbortSignal): Promise<void> {
    const { attempts, alarm, onConnection } = this.#options;
    const inMs = attempts.untilNextPoll(failures);
    if (this.#isAnswered) onConnection({ state: 'reconnecting', inMs, attempt: failures });
    this.#isAnswered = false;
    await alarm.sleep(inMs, signal);
  }
}
