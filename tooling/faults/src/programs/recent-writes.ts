import { type AppendOnlyFile, appendOnlyFileOf, type RedisServer } from '@runtape/redis';

const POLL_MS = 50;
/** How long samples are kept, in ms: longer than the time span that is ever lost. */
const KEPT_MS = 5_000;

interface Look {
  readonly at: number;
  readonly size: number;
}

/**
 * Records the size of a Redis's append-only file over the last seconds, so that the latest writes
 * can be cut off.
 */
export class RecentWrites implements Disposable {
  readonly #file: AppendOnlyFile;
  readonly #timer: NodeJS.Timeout;
  #looks: readonly Look[] = [];

  constructor(server: RedisServer) {
    this.#file = appendOnlyFileOf(server);
    this.#timer = setInterval(() => void this.#look(), POLL_MS);
  }

  /** The size of the file at that time, or in the oldest sample. */
  sizeBefore(ms: number): number {
    const time = performance.now() - ms;
    const earlier = this.#looks.findLast(({ at }) => at <= time) ?? this.#looks[0];
    return earlier?.size ?? Infinity;
  }

  /** Call it while the Redis is down. */
  async cutTo(size: number): Promise<void> {
    await this.#file.cutTo(size);
    // The samples of the longer file are no longer valid.
    this.#looks = [];
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // Redis may be replacing the file.
    const size = await this.#file.size().catch(() => undefined);
    const at = performance.now();
    if (size === undefined) return;
    const kept = this.#looks.filter((look) => look.at >= at - KEPT_MS && look.size <= size);
    this.#looks = [...kept, { at, size }];
  }
}
