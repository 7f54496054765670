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

/** One event of a thread as a client received it. */
export interface ReceivedEvent {
  readonly workflowId: string;
  readonly id: string;
  readonly type: string;
  readonly cursor: string;
}

type Fetch = { fetch: (request: Request) => Promise<Response> };

/** How a client reads a thread: as a separate stream, in a shared stream, or page by page. */
export type ReadMode = 'stream' | 'shared' | 'pages';

interface OpenOptions {
  readonly lastEventId?: string;
  readonly origin?: string;
}

/** Reads a thread, one event at a time. */
export interface EventReader {
  next(): Promise<ReceivedEvent>;
  leave(): Promise<void>;
}

export async function openReader(
  mode: ReadMode,
  api: Fetch,
  threadId: string,
  options: OpenOptions,
): Promise<EventReader> {
  switch (mode) {
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
  readonly #disconnect = new AbortController();

  private constructor(response: Response, disconnect: AbortController) {
    this.response = response;
    this.#disconnect = disconnect;
    this.#frames = readFrames(response);
  }

  static async open(
    { fetch }: Fetch,
    threadId: string,
    { lastEventId = '', origin = 'http://127.0.0.1' }: OpenOptions = {},
  ): Promise<ThreadReader> {
    const disconnect = new AbortController();
    const headers = lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId };
    const url = `${origin}/api/threads/${threadId}/events`;
    return new ThreadReader(
      await fetch(new Request(url, { headers, signal: disconnect.signal })),
      disconnect,
    );
  }

  /** Returns the next event; skips comments and `retry:`. */
  async next(): Promise<ReceivedEvent> {
    for (;;) {
      const value = await this.frame();
      if (value.data === undefined) continue;
      const { workflowId, id, type } = dataSchema.parse(JSON.parse(value.data));
      if (value.event !== type) throw new Error('The frame and its data are of different types.');
      return { workflowId, id, type, cursor: value.id ?? '' };
    }
  }

  async take(count: number): Promise<readonly ReceivedEvent[]> {
    const received: ReceivedEvent[] = [];
    while (received.length < count) received.push(await this.next());
    return received;
  }

  async comment(): Promise<string> {
    for (;;) {
      const { comment } = await this.frame();
      if (comment !== undefined) return comment;
    }
  }

  /** Returns the next frame of any kind. */
  async frame(): Promise<Frame> {
    const { value } = await this.#frames.next();
    if (value === undefined) throw new Error('The stream has ended.');
    return value;
  }

  /** Disconnects. */
  async leave(): Promise<void> {
    this.#disconnect.abort();
    await this.#frames.return().catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }
}

/** Reads a thread in a stream of `POST /api/events`. */
class SharedReader implements EventReader {
  readonly #frames: AsyncGenerator<Frame, void>;
  readonly #disconnect: AbortController;

  private constructor(response: Response, disconnect: AbortController) {
    this.#disconnect = disconnect;
    this.#frames = readFrames(response);
  }

  static async open(
    { fetch }: Fetch,
    threadId: string,
    { lastEventId = '', origin = 'http://127.0.0.1' }: OpenOptions,
  ): Promise<SharedReader> {
    const disconnect = new AbortController();
    const request = new Request(`${origin}/api/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ threads: [{ threadId, after: lastEventId }] }),
      signal: disconnect.signal,
    });
    return new SharedReader(await fetch(request), disconnect);
  }

  async next(): Promise<ReceivedEvent> {
    for (;;) {
      const { value } = await this.#frames.next();
      if (value === undefined) throw new Error('The stream has ended.');
      if (value.event !== 'message') continue;
      const { message, ...rest } = sharedSchema.parse(JSON.parse(value.data ?? ''));
      return { ...rest, type: message.type };
    }
  }

  async leave(): Promise<void> {
    this.#disconnect.abort();
    await this.#frames.return().catch(() => {});
  }
}

/** Polls the pages of a thread. */
class PageReader implements EventReader {
  readonly #api: Fetch;
  readonly #url: string;
  readonly #received: ReceivedEvent[] = [];
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

  async next(): Promise<ReceivedEvent> {
    for (;;) {
      const received = this.#received.shift();
      if (received !== undefined) return received;
      const query = `wait=10&limit=7&after=${encodeURIComponent(this.#after)}`;
      const headers = { accept: 'application/json' };
      const answer = await this.#api.fetch(new Request(`${this.#url}?${query}`, { headers }));
      const { events, next } = pageSchema.parse(await answer.json());
      this.#received.push(...events);
      this.#after = next ?? '';
    }
  }

  async leave(): Promise<void> {}
}
