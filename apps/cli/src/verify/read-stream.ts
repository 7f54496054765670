import { createParser } from 'eventsource-parser';
import { adviceFor, describeAnswer } from './read-answer.ts';
import { CheckFailure } from './check.ts';

/** A frame of server-sent events, a comment, or a `retry:` (without fields here). */
export interface Frame {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly id?: string | undefined;
  readonly comment?: string | undefined;
}

const ADVICE =
  'Something between here and the server changes the answer. Let it pass streams unchanged.';

/**
 * Checks that a response is a stream, with headers that keep proxies from buffering it.
 * @throws CheckFailure
 */
export async function expectStream(response: Response): Promise<void> {
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  if (status !== 200 || !/^text\/event-stream\b/i.test(type)) {
    const came = describeAnswer(response, await response.text());
    const expected = 'HTTP 200 with text/event-stream';
    throw new CheckFailure({ expected, came, advice: adviceFor(status) });
  }
  // X-Accel-Buffering is not checked, because a proxy that obeys it removes it.
  const caching = headers.get('cache-control') ?? '';
  for (const word of ['no-cache', 'no-transform']) {
    if (caching.includes(word)) continue;
    await response.body?.cancel();
    throw new CheckFailure({
      expected: `Cache-Control: no-cache, no-transform`,
      came: caching === '' ? 'no Cache-Control' : `Cache-Control: ${caching}`,
      advice: ADVICE,
    });
  }
}

/**
 * Yields the frames of a stream as they arrive, including heartbeats. Rejects when the stream
 * breaks.
 */
export async function* readStream({ body }: Response): AsyncGenerator<Frame, void> {
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
