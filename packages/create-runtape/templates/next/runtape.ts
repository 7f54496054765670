import { setTimeout as sleep } from 'node:timers/promises';
import { createRuntape, defineWorkflow } from 'runtape';
import { z } from 'zod';

/** A workflow of your own: its input, its events and its result have types everywhere. */
export const tellStory = defineWorkflow({
  name: 'tellStory',
  input: z.object({ about: z.string().min(1) }),
  result: z.object({ story: z.string() }),
  events: { titled: z.object({ title: z.string() }) },
  async run(ctx, { about }) {
    // The result of a step is kept: after a crash it is not computed, or paid for, again.
    const title = await ctx.step('title', async () => `The keeper of ${about}`);
    await ctx.emit('titled', { title });
    // Everyone who watches sees the text as it is written.
    const story = await ctx.step('story', () => ctx.text('story', tell(about, ctx.signal)));
    return { story };
  },
});

/** Stands for a model: give `ctx.text` a stream of OpenAI or of the AI SDK instead. */
async function* tell(about: string, signal: AbortSignal): AsyncGenerator<string> {
  const story = `Once, ${about} had a keeper who wrote down all that happened, so that nothing was ever lost.`;
  for (const word of story.split(' ')) {
    await sleep(120, undefined, { signal });
    yield `${word} `;
  }
}

const create = () =>
  createRuntape({ workflows: [tellStory], store: './workflows.db', basePath: '/runtape' });

// Next loads this file once for each route, and again when it changes in development.
const loaded = globalThis as { runtape?: ReturnType<typeof create> };
export const runtape = (loaded.runtape ??= create());
/** What clients know of the workflows. */
export type App = typeof runtape;
