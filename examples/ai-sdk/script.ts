import { simulateReadableStream } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { createRuntape } from 'runtape';
import { answerWith } from './workflow.ts';

const answer = answerWith(offlineModel());
await using runtape = createRuntape({
  workflows: [answer],
  store: process.env.STORE ?? './runtape.db',
});
await runtape.work();
const run = await runtape.start('answer', { question: 'What is a tape?' });
for await (const event of run.events()) {
  if (event.type === 'token') process.stdout.write(event.data.content);
}
const { answer: text } = await run.result();
console.log(`\nThe answer has ${text.length} characters.`);

/** Answers without a provider. For a real one: `openai('gpt-5')` of `@ai-sdk/openai`. */
function offlineModel() {
  const words = ['A tape ', 'is the log ', 'of a workflow, ', 'to be watched again.'];
  return new MockLanguageModelV4({
    doStream: async () => ({
      stream: simulateReadableStream({
        chunkDelayInMs: 50,
        chunks: [
          { type: 'text-start', id: 'text' },
          ...words.map((delta) => ({ type: 'text-delta' as const, id: 'text', delta })),
          { type: 'text-end', id: 'text' },
          {
            type: 'finish',
            finishReason: { unified: 'stop', raw: undefined },
            usage: {
              inputTokens: { total: 7, noCache: 7, cacheRead: undefined, cacheWrite: undefined },
              outputTokens: { total: 12, text: 12, reasoning: undefined },
            },
          },
        ],
      }),
    }),
  });
}
