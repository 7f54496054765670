import { Signal } from '@runtape/async';

/**
 * How many messages, and how many characters of them, may be unacknowledged: a frozen tab costs no
 * more memory.
 */
const MAX_MESSAGES = 512;
const MAX_CHARS = 8_000_000;

/** How much was sent to a tab and is not acknowledged yet. */
export class SendWindow {
  /** Sizes in characters. */
  readonly #unacknowledged: number[] = [];
  #chars = 0;
  readonly #acknowledged = new Signal();

  get hasRoom(): boolean {
    return this.#unacknowledged.length < MAX_MESSAGES && this.#chars < MAX_CHARS;
  }

  /** Most of what was sent is acknowledged. */
  get isDrained(): boolean {
    return this.#unacknowledged.length <= MAX_MESSAGES / 4 && this.#chars <= MAX_CHARS / 4;
  }

  sent(chars: number): void {
    this.#unacknowledged.push(chars);
    this.#chars += chars;
  }

  /** So many more messages were taken. */
  acknowledged(count: number): void {
    for (const chars of this.#unacknowledged.splice(0, count)) this.#chars -= chars;
    this.#acknowledged.notify();
  }

  /** Waits until there is room, or the signal aborts. */
  async untilRoom(signal: AbortSignal): Promise<void> {
    while (!this.hasRoom && !signal.aborted) await this.#nextAcknowledged(signal);
  }

  /** Waits until most is acknowledged, or the signal aborts. */
  async untilDrained(signal: AbortSignal): Promise<void> {
    while (!this.isDrained && !signal.aborted) await this.#nextAcknowledged(signal);
  }

  async #nextAcknowledged(signal: AbortSignal): Promise<void> {
    await this.#acknowledged.wait(signal).catch(() => {});
  }
}
