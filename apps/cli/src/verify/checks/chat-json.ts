import { z } from 'zod';
import type { Check } from '../check.ts';
import { expectAnswer, question } from '../expect-answer.ts';
import { readAnswer } from '../read-answer.ts';

const schema = z.object({
  type: z.literal('final'),
  workflowId: z.string(),
  result: z.unknown(),
});

export const chatJson: Check = {
  name: 'chat-json',
  title: 'a question, answered at once as JSON',
  run: async (probe) => {
    const query = new URLSearchParams({
      query: question,
      streaming: 'false',
      idempotencyKey: probe.runId,
    });
    const response = await probe.ask(`/api/chat?${query}`);
    const { workflowId, result } = await readAnswer(response, schema, { what: 'an answer' });
    return await expectAnswer(probe, workflowId, result);
  },
};
