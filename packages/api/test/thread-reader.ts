import { z } from 'zod';
import type { Frame } from './read-frames.ts';
import { readFrames } from './read-frames.ts';

const dataSchema = z.looseObject({ workflowId: z.string(), id: z.string(), type: z.string() });

/** One event of a thread as a client got it. */
export interface Got {
  readonly workflowId: string;
  readonly id: string;
  readonly type: string;
  readonly cursor: string;
}

/** Reads a thread as an EventSource does, one frame at a time. */
export class ThreadReader implements AsyncDisposable {
  readonly response: Response;
  readonly #frames: AsyncGenerator<Frame, void>;
  readonly #left = new AbortController();

  private constructor(response: Response, left: AbortController) {
    this.response = response;
    this.#left = left;
    this.#frames = readFrames(response);
  }

  static async open(
    { fetch }: { fetch: (request: Request) => Promise<Response> },
    threadId: string,
    { lastEventId = '', origin = 'http://127.0.0.1' } = {},
  ): Promise<ThreadReader> {
    const left = new AbortController();
    const headers = lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId };
    const url = `${origin}/api/threads/${threadId}/events`;
    return new ThreadReader(await fetch(new Request(url, { headers, signal: left.signal })), left);
  }

  /** The next event; comments and `retry:` are passed over. */
  async next(): Promise<Got> {
    for (;;) {
      const { value } = await this.#frames.next();
      if (value === undefined) throw new Error('The stream has ended.');
      if (value.data === undefined) continue;
      const { workflowId, id, type } = dataSchema.parse(JSON.parse(value.data));
      if (value.event !== type) throw new Error('The frame and its data are of different types.');
      return { workflowId, id, type, cursor: value.id ?? '' };
    }
  }

  async take(count: number): Promise<readonly Got[]> {
    const got: Got[] = [];
    while (got.length < count) got.push(await this.next());
    return got;
  }

  /** The next comment. */
  async comment(): Promise<string> {
    for (;;) {
      const { value } = await this.#frames.next();
      if (value === undefined) throw new Error('The stream has ended.');
      if (value.comment !== undefined) return value.comment;
    }
  }

  /** Leaves as a client that is gone. */
  async leave(): Promise<void> {
    this.#left.abort();
    await this.#frames.return().catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }
}
