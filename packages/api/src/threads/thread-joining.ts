import type { ThreadNews } from '@runtape/fan-out';
import type { SourceStart } from '../stream-many.ts';

/** Who joins a thread, asked for one by one. */
export class ThreadJoining implements AsyncDisposable {
  readonly #news: AsyncGenerator<ThreadNews, void>;
  #onWait = (): void => {};

  /** @param follow begins to follow the thread; to be told whenever there is nobody new. */
  constructor(follow: (onWait: () => void) => AsyncGenerator<ThreadNews, void>) {
    this.#news = follow(() => this.#onWait());
  }

  async *ask({ onWait }: SourceStart): AsyncGenerator<ThreadNews, void> {
    this.#onWait = onWait;
    const { done, value } = await this.#news.next();
    if (done !== true) yield value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#news.return();
  }
}
