import { defineWorkflow } from 'runtape';
import { z } from 'zod';

export const summarise = defineWorkflow({
  name: 'summarise',
  input: z.object({ text: z.string() }),
  result: z.object({ summary: z.string() }),
  events: { sentence: z.object({ text: z.string(), words: z.number() }) },
  state: { words: 0 },
  reduce: (state, { data }) => ({ words: state.words + data.words }),
  async run(ctx, { text }) {
    const sentences = await ctx.step('split', async () => text.split(/(?<=[.!?])\s+/));
    for (const sentence of sentences) {
      await ctx.emit('sentence', { text: sentence, words: sentence.split(' ').length });
    }
    const summary = await ctx.step('write', () => ctx.text('summary', write(sentences)));
    return { summary };
  },
});

// Stands in for a model.
async function* write(sentences: readonly string[]): AsyncGenerator<string> {
  yield `${sentences.length} sentences. `;
  yield `The first: ${sentences[0]}`;
}
