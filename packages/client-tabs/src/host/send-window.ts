import { Signal } from '@runtape/async';

/**
 * The limits for unacknowledged messages and their characters; they bound the memory for a frozen
 * tab.
 */
const MAX_MESSAGES = 512;
const MAX_CHARS = 8_000_000;

/** Counts the messages that were sent to a tab and are not acknowledged yet. */
export class SendWindow {
  /** The sizes of the messages, in characters. */
  readonly #unacknowledged: number[] = [];
  #chars = 0;
  readonly #acknowledged = new Signal();

  get hasRoom(): boolean {
    return this.#unacknowledged.length < MAX_MESSAGES && this.#chars < MAX_CHARS;
  }

  /** Whether most of the messages are acknowledged. */
  get isDrained(): boolean {
    return this.#unacknowledged.length <= MAX_MESSAGES / 4 && this.#chars <= MAX_CHARS / 4;
  }

  sent(chars: number): void {
    this.#unacknowledged.push(chars);
    this.#chars += chars;
  }

  /** Records that `count` more messages are acknowledged. */
  acknowledged(count: number): void {
    for (const chars of this.#unacknowledged.splice(0, count)) this.#chars -= chars;
    this.#acknowledged.notify();
  }

  /** Waits until there is room, or the signal aborts. */
  async untilRoom(signal: AbortSignal): Promise<void> {
    while (!this.hasRoom && !signal.aborted) await this.#nextAcknowledged(signal);
  }

  /** Waits until most messages are acknowledged, or the signal aborts. */
  async untilDrained(signal: AbortSignal): Promise<void> {
    while (!this.isDrained && !signal.aborted) await this.#nextAcknowledged(signal);
  }

  async #nextAcknowledged(signal: AbortSignal): Promise<void> {
    await this.#acknowledged.wait(signal).catch(() => {});
  }
}
