import type { Channel } from './channel.ts';
import type { Line } from './line.ts';
import type { ThreadSeat } from './thread-seat.ts';

/** All that is followed in a browser. */
export class Lines {
  /** By workflow id. */
  readonly channels = new Map<string, Channel>();
  readonly seats = new Set<ThreadSeat>();

  get size(): number {
    return this.channels.size + this.seats.size;
  }

  all(): readonly Line[] {
    return [...this.channels.values(), ...this.seats];
  }

  /** What the next request is to have. */
  wanted(): readonly Line[] {
    return this.all().filter(({ isWanted }) => isWanted);
  }
}
