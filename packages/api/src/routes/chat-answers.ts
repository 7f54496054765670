import { costSchema, usageSchema } from '@runtape/events';
import { z } from 'zod';
import type { AnswerDoc } from './route.ts';

const fields = { workflowId: z.string(), timestamp: z.iso.datetime() };

const finalSchema = z.object({
  type: z.literal('final'),
  ...fields,
  result: z.json(),
  usage: usageSchema.nullable(),
  cost: costSchema,
});

const errorSchema = z.object({
  type: z.literal('error'),
  ...fields,
  error: z.object({ code: z.string(), message: z.string(), docs: z.string() }),
  partial: z.string().optional().describe('What there is of the answer.'),
});

const runningSchema = z.object({ type: z.literal('running'), workflowId: z.string() });

const example = `event: status
data: {"type":"status","workflowId":"wf_…","stage":"searching","description":"Searching 412 files …","timestamp":"…"}
id: wf_….k3v9x2ab-3

event: final
data: {"type":"final","workflowId":"wf_…","result":{"answer":"…"},"usage":null,"cost":null,"timestamp":"…"}
id: wf_….k3v9x2ab-9
`;

const headers = { 'Workflow-Id': 'The workflow that answers, for its events and commands.' };
const failed = { json: { name: 'ChatError', schema: errorSchema }, headers };

/** What a question is answered with. */
export const chatAnswers: Readonly<Record<number, AnswerDoc>> = {
  200: {
    description: 'The answer, or a stream that ends with it.',
    json: { name: 'ChatFinal', schema: finalSchema },
    stream: example,
    headers,
  },
  202: {
    description: 'It takes longer than five minutes, and goes on: ask for its events.',
    json: { name: 'ChatRunning', schema: runningSchema },
    headers,
  },
  204: { description: 'The client that came back has everything.', headers },
  409: {
    description: 'The workflow was cancelled, or the idempotency key is another’s.',
    ...failed,
  },
  500: { description: 'The workflow failed.', ...failed },
};
