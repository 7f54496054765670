/** The fields of one server-sent event. */
export interface Frame {
  readonly event: string | undefined;
  readonly data: string | undefined;
  readonly id: string | undefined;
  readonly comment: string | undefined;
  readonly retry: string | undefined;
}

/** Yields the frames of a body as they arrive. */
export async function* readFrames(response: Response): AsyncGenerator<Frame, void> {
  if (response.body === null) return;
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    rest += text;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) if (block.trim() !== '') yield parseFrame(block);
  }
}

export async function readAll(response: Response): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of readFrames(response)) frames.push(frame);
  return frames;
}

/** Reads a body up to a word, then cancels it. */
export async function readUntil({ body }: Response, word: string): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes(word)) {
    const next = await reader?.read();
    if (next?.value === undefined) break;
    text += next.value;
  }
  await reader?.cancel();
  return text;
}

function parseFrame(block: string): Frame {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
      }),
  );
  return {
    event: fields.get('event'),
    data: fields.get('data'),
    id: fields.get('id'),
    comment: fields.get(''),
    retry: fields.get('retry'),
  };
}
