import { z } from 'zod';
import type { Frame } from './read-frames.ts';
import { readFrames } from './read-frames.ts';

const dataSchema = z.looseObject({ workflowId: z.string(), id: z.string(), type: z.string() });
const sharedSchema = z.object({
  subscription: z.string(),
  cursor: z.string(),
  workflowId: z.string(),
  id: z.string(),
  message: z.looseObject({ type: z.string() }),
});
const pageSchema = z.object({
  events: z.array(
    z.looseObject({
      cursor: z.string(),
      workflowId: z.string(),
      id: z.string(),
      type: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

/** One event of a thread as a client got it. */
export interface Got {
  readonly workflowId: string;
  readonly id: string;
  readonly type: string;
  readonly cursor: string;
}

type Fetch = { fetch: (request: Request) => Promise<Response> };

/** How a client gets a thread: as a stream of its own, as part of a shared one, or page by page. */
export type ReadingBy = 'stream' | 'shared' | 'pages';

interface OpenOptions {
  readonly lastEventId?: string;
  readonly origin?: string;
}

/** Whoever gets a thread, one event at a time. */
export interface EventReader {
  next(): Promise<Got>;
  leave(): Promise<void>;
}

export async function openReader(
  by: ReadingBy,
  api: Fetch,
  threadId: string,
  options: OpenOptions,
): Promise<EventReader> {
  switch (by) {
    case 'stream':
      return await ThreadReader.open(api, threadId, options);
    case 'shared':
      return await SharedReader.open(api, threadId, options);
    case 'pages':
      return new PageReader(api, threadId, options);
  }
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
    { fetch }: Fetch,
    threadId: string,
    { lastEventId = '', origin = 'http://127.0.0.1' }: OpenOptions = {},
  ): Promise<ThreadReader> {
    const left = new AbortController();
    const headers = lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId };
    const url = `${origin}/api/threads/${threadId}/events`;
    return new ThreadReader(await fetch(new Request(url, { headers, signal: left.signal })), left);
  }

  /** The next event; comments and `retry:` are passed over. */
  async next(): Promise<Got> {
    for (;;) {
      const value = await this.frame();
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
      const { comment } = await this.frame();
      if (comment !== undefined) return comment;
    }
  }

  /** Whatever comes next. */
  async frame(): Promise<Frame> {
    const { value } = await this.#frames.next();
    if (value === undefined) throw new Error('The stream has ended.');
    return value;
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

/** Reads a thread out of `POST /api/events`. */
class SharedReader implements EventReader {
  readonly #frames: AsyncGenerator<Frame, void>;
  readonly #left: AbortController;

  private constructor(response: Response, left: AbortController) {
    this.#left = left;
    this.#frames = readFrames(response);
  }

  static async open(
    { fetch }: Fetch,
    threadId: string,
    { lastEventId = '', origin = 'http://127.0.0.1' }: OpenOptions,
  ): Promise<SharedReader> {
    const left = new AbortController();
    const request = new Request(`${origin}/api/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ threads: [{ threadId, after: lastEventId }] }),
      signal: left.signal,
    });
    return new SharedReader(await fetch(request), left);
  }

  async next(): Promise<Got> {
    for (;;) {
      const { value } = await this.#frames.next();
      if (value === undefined) throw new Error('The stream has ended.');
      if (value.event !== 'message') continue;
      const { message, ...rest } = sharedSchema.parse(JSON.parse(value.data ?? ''));
      return { ...rest, type: message.type };
    }
  }

  async leave(): Promise<void> {
    this.#left.abort();
    await this.#frames.return().catch(() => {});
  }
}

/** Asks for a thread again and again. */
class PageReader implements EventReader {
  readonly #api: Fetch;
  readonly #url: string;
  readonly #got: Got[] = [];
  #after: string;

  constructor(
    api: Fetch,
    threadId: string,
    { lastEventId = '', origin = 'http://127.0.0.1' }: OpenOptions,
  ) {
    this.#api = api;
    this.#after = lastEventId;
    this.#url = `${origin}/api/threads/${threadId}/events`;
  }

  async next(): Promise<Got> {
    for (;;) {
      const got = this.#got.shift();
      if (got !== undefined) return got;
      const query = `wait=10&limit=7&after=${encodeURIComponent(this.#after)}`;
      const headers = { accept: 'application/json' };
      const answer = await this.#api.fetch(new Request(`${this.#url}?${query}`, { headers }));
      const { events, next } = pageSchema.parse(await answer.json());
      this.#got.push(...events);
      this.#after = next ?? '';
    }
  }

  async leave(): Promise<void> {}
}
