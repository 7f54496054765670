import { costSchema, usageSchema } from '@runtape/events';
import { z } from 'zod';
import type { AnswerDoc } from '../http/route.ts';

const fields = { workflowId: z.string(), timestamp: z.iso.datetime() };

const finalSchema = z.object({
  type: z.literal('final'),
  ...fields,
  result: z.json(),
  usage: usageSchema.nullable(),
  cost: costSchema,
});

const errorSchema = z.object({
  type: z.literal('error').optional().describe('Not there when the workflow was never started.'),
  workflowId: fields.workflowId.optional(),
  timestamp: fields.timestamp.optional(),
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

/** What both ways to ask have in common. */
export const chatDescription =
  'With `streaming: false` the status says how the workflow ended. With `streaming: true` it is 200 as soon as the stream opens; a failure is the last event, `error`, with the same code.';

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
  400: { description: 'The question does not fit.', ...failed },
  403: { description: 'The server does not read folders, or the request may not ask.', ...failed },
  404: { description: 'There is no such repository, folder or workflow.', ...failed },
  409: {
    description: 'The workflow was cancelled, or the idempotency key is another’s.',
    ...failed,
  },
  422: {
    description: 'The repository is empty, too large or without text, or the model refused.',
    ...failed,
  },
  500: { description: 'The workflow failed.', ...failed },
  502: { description: 'GitHub or the model refused, or its answer was no help.', ...failed },
  503: {
    description: 'GitHub or the model does not answer now, or the server is about to stop.',
    ...failed,
  },
};
