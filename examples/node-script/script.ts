import { setTimeout as wait } from 'node:timers/promises';
import { createRuntape, defineWorkflow } from 'runtape';
import { z } from 'zod';

const shout = defineWorkflow({
  name: 'shout',
  input: z.object({ words: z.array(z.string()) }),
  result: z.object({ text: z.string() }),
  run: async (ctx, { words }) => ({
    text: await ctx.text('loud', loud(words, ctx.signal)),
  }),
});

/** Stands in for a model, and is as slow as one. */
async function* loud(words: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  for (const word of words) {
    await wait(50, undefined, { signal });
    yield `${word.toUpperCase()} `;
  }
}

// Without a server: this process keeps, runs and follows the workflow.
await using runtape = createRuntape({
  workflows: [shout],
  store: process.env.STORE ?? './runtape.db',
});
await runtape.work();
const run = await runtape.start('shout', { words: ['live', 'late', 'again'] });
for await (const event of run.events()) {
  if (event.type === 'token') process.stdout.write(event.data.content);
}
console.log(`\nThe result: ${(await run.result()).text}`);
