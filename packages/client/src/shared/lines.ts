import type { Channel } from './channel.ts';
import type { Line } from './line.ts';
import type { ThreadSeat } from './thread-seat.ts';

/** All that is followed in a browser, by the names that the stream has for it. */
export class Lines {
  /** By workflow id. */
  readonly channels = new Map<string, Channel>();
  /** By subscription. */
  readonly seats = new Map<string, ThreadSeat>();

  get size(): number {
    return this.channels.size + this.seats.size;
  }

  all(): readonly Line[] {
    return [...this.channels.values(), ...this.seats.values()];
  }

  /** What the next request is to have. */
  wanted(): readonly Line[] {
    return this.all().filter(({ isWanted }) => isWanted);
  }
}
