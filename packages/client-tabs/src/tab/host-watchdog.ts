/** The host is pinged after this much silence, in ms. */
const QUIET_MS = 20_000;

export interface HostWatchdogOptions {
  /** The time limit for a response, in ms. */
  readonly answerMs: number;
  readonly now: () => number;
  /** Sends a message to which the host must respond. */
  readonly ping: () => void;
  /** Called when there is no response in time. */
  readonly onSilence: () => void;
}

/** Detects a host that is frozen, or that ended without a message. */
export class HostWatchdog {
  readonly #options: HostWatchdogOptions;
  #answer: ReturnType<typeof setTimeout> | null = null;
  #quiet: ReturnType<typeof setInterval> | null = null;
  #lastDataAt = 0;

  constructor(options: HostWatchdogOptions) {
    this.#options = options;
  }

  /** Starts to ping the host whenever it is silent for long. */
  start(): void {
    if (this.#quiet === null) this.#lastDataAt = this.#options.now();
    this.#quiet ??= setInterval(() => {
      if (this.#options.now() - this.#lastDataAt >= QUIET_MS) this.check();
    }, QUIET_MS);
  }

  stop(): void {
    this.#stopWaiting();
    if (this.#quiet !== null) clearInterval(this.#quiet);
    this.#quiet = null;
  }

  /** Pings now. */
  check(): void {
    const { answerMs, now, ping, onSilence } = this.#options;
    ping();
    const pingedAt = now();
    this.#answer ??= setTimeout(() => {
      this.#answer = null;
      // The machine was asleep, and so was the host: its response may still arrive.
      if (now() - pingedAt > 2 * answerMs) this.check();
      else onSilence();
    }, answerMs);
  }

  /** Records a message from the host. */
  heard(): void {
    this.#lastDataAt = this.#options.now();
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    if (this.#answer !== null) clearTimeout(this.#answer);
    this.#answer = null;
  }
}
