import { adviceFor, describeAnswer } from './read-answer.ts';
import { CheckFailure } from './check.ts';

/** One block of a stream of server-sent events, as it came: what it does not have is missing. */
export interface Frame {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly id?: string | undefined;
  readonly retry?: string | undefined;
  readonly comment?: string | undefined;
}

const ADVICE =
  'Something between here and the server changes the answer: let it pass streams as they are.';

/**
 * Makes sure that an answer is a stream which proxies and browsers leave alone.
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
  // X-Accel-Buffering is for a proxy that obeys it, and such a one takes it away.
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

/** The blocks of a stream as they come, heartbeats and all. Ends with it; rejects when it breaks off. */
export async function* readStream({ body }: Response): AsyncGenerator<Frame, void> {
  if (body === null) return;
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    // A CR at the end may be the first half of a line break.
    const whole = (rest + text).replaceAll(/\r\n|\r(?!$)/g, '\n');
    const blocks = whole.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) if (block.trim() !== '') yield parseFrame(block);
  }
}

function parseFrame(block: string): Frame {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    const before = fields.get(name);
    fields.set(name, before === undefined || name !== 'data' ? value : `${before}\n${value}`);
  }
  return {
    event: fields.get('event'),
    data: fields.get('data'),
    id: fields.get('id'),
    retry: fields.get('retry'),
    comment: fields.get(''),
  };
}
