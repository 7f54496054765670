import { expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from './eventually.ts';
import { type Frame, readFrames } from './read-frames.ts';
import { bundleForEdge, startEdge } from './start-edge.ts';

const tapeSchema = z.object({ workflowId: z.string(), tails: z.number() });

test('A5: the API streams in an edge runtime other than Node: history, then live, in every format', async () => {
  const { code, imports } = await bundleForEdge();
  expect(imports).toEqual([]);
  await using edge = await startEdge(code);
  const tape = async () => tapeSchema.parse(await (await fetch(`${edge.url}/tape`)).json());
  const write = async (what: string, body = '') =>
    await fetch(`${edge.url}/tape/${what}`, { method: 'POST', body });

  await write('status', 'past');
  const { workflowId } = await tape();
  const path = `${edge.url}/api/workflows/${workflowId}/events`;
  const formats = ['native', 'thread', 'chat'] as const;
  const streams = await Promise.all(formats.map((format) => fetch(`${path}?format=${format}`)));
  for (const { headers } of streams) {
    expect(headers.get('content-type')).toBe('text/event-stream');
  }
  const readers = streams.map((response) => new Reader(response));
  for (const reader of readers) await reader.until('past');
  await write('status', 'live');
  for (const reader of readers) await reader.until('live');
  await write('complete');
  const ends = await Promise.all(readers.map((reader) => reader.toEnd()));
  expect(ends).toEqual(['workflow:completed', 'done', 'final']);
  await eventually(async () => expect((await tape()).tails).toBe(0));

  const page = await fetch(path, { headers: { accept: 'application/json' } });
  expect(await page.json()).toMatchObject({ ended: true, events: [{}, {}, {}] });
  const unknown = await fetch(`${edge.url}/api/workflows/wf_zzzzzzzzzzzzzzzz/events`);
  expect([unknown.status, await unknown.json()]).toMatchObject([
    404,
    { error: { code: 'unknown_workflow' } },
  ]);
  expect((await fetch(`${edge.url}/api/openapi.json`)).status).toBe(200);
});

class Reader {
  readonly #frames: AsyncGenerator<Frame, void>;

  constructor(response: Response) {
    this.#frames = readFrames(response);
  }

  async until(text: string): Promise<void> {
    for (;;) {
      const { done, value } = await this.#frames.next();
      if (done === true) throw new Error(`The stream ended before ${text}.`);
      if (value.data?.includes(text)) return;
    }
  }

  /** @returns the name of the last event */
  async toEnd(): Promise<string | undefined> {
    let last: string | undefined;
    for await (const { event } of this.#frames) last = event ?? last;
    return last;
  }
}
