import { type LanguageModel, streamText } from 'ai';
import { defineWorkflow } from 'runtape';
import { z } from 'zod';

/** Answers a question with any model of the AI SDK. Its tokens stream, its usage is counted. */
export function answerWith(model: LanguageModel) {
  return defineWorkflow({
    name: 'answer',
    input: z.object({ question: z.string() }),
    result: z.object({ answer: z.string() }),
    budget: () => ({ tokens: 20_000 }),
    async run(ctx, { question }) {
      const answer = await ctx.step('answer', () =>
        ctx.text('answer', streamText({ model, prompt: question, abortSignal: ctx.signal })),
      );
      return { answer };
    },
  });
}
