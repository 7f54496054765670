import { type AppendOnlyFile, appendOnlyFileOf, type RedisServer } from '@runtape/redis';

const POLL_MS = 50;
/** How long samples are kept, in ms: longer than the time span that is ever lost. */
const RETAIN_MS = 5_000;

interface Sample {
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
  #samples: readonly Sample[] = [];

  constructor(server: RedisServer) {
    this.#file = appendOnlyFileOf(server);
    this.#timer = setInterval(() => void this.#sample(), POLL_MS);
  }

  /** The size of the file at that time, or in the oldest sample. */
  sizeBefore(ms: number): number {
    const time = performance.now() - ms;
    const earlier = this.#samples.findLast(({ at }) => at <= time) ?? this.#samples[0];
    return earlier?.size ?? Infinity;
  }

  /** Call it while the Redis is down. */
  async cutTo(size: number): Promise<void> {
    await this.#file.cutTo(size);
    // The samples of the longer file are no longer valid.
    this.#samples = [];
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    // Redis may be replacing the file.
    const size = await this.#file.size().catch(() => undefined);
    const at = performance.now();
    if (size === undefined) return;
    const kept = this.#samples.filter(
      (sample) => sample.at >= at - RETAIN_MS && sample.size <= size,
    );
    this.#samples = [...kept, { at, size }];
  }
}
