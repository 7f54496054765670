import { createParser } from 'eventsource-parser';
import { advice, adviceFor } from './advice.ts';
import { CheckFailure } from './check.ts';
import type { Probe } from './probe.ts';
import { describeResponse } from './read-response.ts';

/** A frame of server-sent events, a comment, or a `retry:` (without fields here). */
export interface Frame {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly id?: string | undefined;
  readonly comment?: string | undefined;
}

/** A frame with data. A frame that belongs together with the next one has no id. */
export interface DataFrame {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/**
 * Opens a stream whose headers keep proxies from buffering it.
 * @throws CheckFailure when the response is not such a stream.
 */
export async function openStream(
  { request }: Pick<Probe, 'request'>,
  path: string,
  init?: RequestInit,
): Promise<Response> {
  const response = await request(path, init);
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  if (status !== 200 || !/^text\/event-stream\b/i.test(type)) {
    const actual = describeResponse(response, await response.text());
    const expected = 'HTTP 200 with text/event-stream';
    throw new CheckFailure({ expected, actual, advice: adviceFor(status) });
  }
  // X-Accel-Buffering is not checked, because a proxy that obeys it removes it.
  const caching = headers.get('cache-control') ?? '';
  if (caching.includes('no-cache') && caching.includes('no-transform')) return response;
  await response.body?.cancel();
  throw new CheckFailure({
    expected: 'Cache-Control: no-cache, no-transform',
    actual: caching === '' ? 'no Cache-Control' : `Cache-Control: ${caching}`,
    advice: advice.stream,
  });
}

/**
 * Yields the frames of a stream as they arrive, including heartbeats. Rejects when the stream
 * breaks.
 */
export async function* readFrames({ body }: Response): AsyncGenerator<Frame, void> {
  if (body === null) return;
  const frames: Frame[] = [];
  const parser = createParser({
    onEvent: ({ event, data, id }) => void frames.push({ event, data, id }),
    onRetry: () => void frames.push({}),
    onComment: (comment) => void frames.push({ comment }),
  });
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    parser.feed(text);
    yield* frames.splice(0);
  }
}

/** Yields the frames of a stream that have data. */
export async function* readData(response: Response): AsyncGenerator<DataFrame, void> {
  for await (const { event = '', data, id = '' } of readFrames(response)) {
    if (data !== undefined) yield { event, data, id };
  }
}

/** Reads a stream to its end. */
export async function collect<Item>(stream: AsyncIterable<Item>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
