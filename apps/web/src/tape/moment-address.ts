import type { EventId } from '@runtape/events';
import { putMomentInAddress } from '../workflow/moment.ts';

/** Browsers take some two hundred changes of an address in thirty seconds. */
const EVERY_MS = 400;

/** Keeps the address at the moment that is shown, now and then while the playhead moves. */
export class MomentAddress {
  #id: EventId | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param id `null` takes the moment out of the address, at once. */
  show(id: EventId | null): void {
    this.#id = id;
    if (id === null) {
      this.stop();
      putMomentInAddress(null);
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      putMomentInAddress(this.#id);
    }, EVERY_MS);
  }

  /** Leaves the address as it is. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
