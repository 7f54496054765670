/** One block of a stream of server-sent events. */
export interface Frame {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly id?: string | undefined;
  readonly comment?: string | undefined;
}

/** The frames of a stream as they arrive. */
export async function* framesOf({ body }: Response): AsyncGenerator<Frame, void> {
  if (body !== null) yield* framesIn(body.pipeThrough(new TextDecoderStream()));
}

/** The frames in a text that arrives in pieces. */
export async function* framesIn(texts: AsyncIterable<string>): AsyncGenerator<Frame, void> {
  let rest = '';
  for await (const text of texts) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
      yield { event: field('event'), data: field('data'), id: field('id'), comment: field('') };
    }
  }
}

/**
 * The next frame with data.
 * @throws Error when the stream ends first.
 */
export async function nextData(frames: AsyncGenerator<Frame, void>): Promise<Frame> {
  for (;;) {
    const { done, value } = await frames.next();
    if (done === true) throw new Error('The stream ended.');
    if (value.data !== undefined) return value;
  }
}
