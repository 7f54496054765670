import { type AppendOnlyFile, appendOnlyFileOf, type RedisServer } from '@runtape/redis';

const LOOK_EVERY_MS = 50;
/** Looks are kept for so long, in ms: longer than what is ever lost. */
const KEPT_MS = 5_000;

interface Look {
  readonly at: number;
  readonly size: number;
}

/**
 * How long a Redis's append-only file was at each moment of the last seconds, so that the latest
 * can be cut off.
 */
export class RecentWrites implements Disposable {
  readonly #file: AppendOnlyFile;
  readonly #timer: NodeJS.Timeout;
  #looks: readonly Look[] = [];

  constructor(server: RedisServer) {
    this.#file = appendOnlyFileOf(server);
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** How many bytes it had so long ago, or when it was first looked at. */
  sizeBefore(ms: number): number {
    const time = performance.now() - ms;
    const earlier = this.#looks.findLast(({ at }) => at <= time) ?? this.#looks[0];
    return earlier?.size ?? Infinity;
  }

  /** To be called while the Redis is killed. */
  async cutTo(size: number): Promise<void> {
    await this.#file.cutTo(size);
    // What was seen of a longer file says nothing of this one.
    this.#looks = [];
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // Redis may be about to put another file in its place.
    const size = await this.#file.size().catch(() => undefined);
    const at = performance.now();
    if (size === undefined) return;
    const kept = this.#looks.filter((look) => look.at >= at - KEPT_MS && look.size <= size);
    this.#looks = [...kept, { at, size }];
  }
}
