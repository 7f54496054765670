/** A host that was silent for so long, in ms, is pinged. */
const QUIET_MS = 20_000;

export interface HostWatchdogOptions {
  /** How long an answer may take, in ms. */
  readonly answerMs: number;
  readonly now: () => number;
  /** Sends a message that the host has to answer. */
  readonly ping: () => void;
  /** There was no answer in time. */
  readonly onSilence: () => void;
}

/** Notices that the host is frozen, or gone without a message. */
export class HostWatchdog {
  readonly #options: HostWatchdogOptions;
  #answer: ReturnType<typeof setTimeout> | null = null;
  #quiet: ReturnType<typeof setInterval> | null = null;
  #lastHeardAt = 0;

  constructor(options: HostWatchdogOptions) {
    this.#options = options;
  }

  /** Pings from now on whenever the host has been quiet for long. */
  start(): void {
    if (this.#quiet === null) this.#lastHeardAt = this.#options.now();
    this.#quiet ??= setInterval(() => {
      if (this.#options.now() - this.#lastHeardAt >= QUIET_MS) this.check();
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
      // The machine slept, and the host with it: the answer is on its way.
      if (now() - pingedAt > 2 * answerMs) this.check();
      else onSilence();
    }, answerMs);
  }

  /** A message came. */
  heard(): void {
    this.#lastHeardAt = this.#options.now();
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    if (this.#answer !== null) clearTimeout(this.#answer);
    this.#answer = null;
  }
}
