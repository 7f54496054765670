import { defineRoute, noBody, noParams, noQuery, type ResponseDoc } from '@runtape/contract';
import { costSchema, exactObject, usageSchema } from '@runtape/events';
import { z } from 'zod';
import { questionSchema, startQuestionSchema } from './ask-repository-contract.ts';

const MAX_ID_LENGTH = 200;

const { threadId, idempotencyKey, target, history, budget } = startQuestionSchema.shape;
const common = {
  threadId: threadId.describe('The conversation it belongs to.'),
  idempotencyKey: idempotencyKey.describe('Asking twice with one key asks once.'),
};

const bodySchema = exactObject({
  query: questionSchema,
  streaming: z
    .boolean()
    .default(false)
    .describe(
      'true: a stream of status, then final or error. false: only the last of it, as JSON.',
    ),
  target: target.describe('The repository. Default: the code that comes with the samples.'),
  history,
  budget,
  ...common,
});

const querySchema = z.object({
  query: questionSchema
    .optional()
    .describe('The question. Only a client that comes back may leave it out.'),
  streaming: z
    .enum(['true', 'false'], { error: 'streaming is true or false.' })
    .optional()
    .describe('Default: true for a client that accepts text/event-stream, such as an EventSource.'),
  target: z
    .templateLiteral([z.string(), '/', z.string()], { error: 'The target is owner/repo.' })
    .optional()
    .describe('A repository on GitHub, owner/repo. Default: the code that comes with the samples.'),
  ...common,
  lastEventId: z
    .string()
    .max(MAX_ID_LENGTH)
    .optional()
    .describe('The same as the header Last-Event-ID, for clients that cannot send it.'),
});

const answerFields = { workflowId: z.string(), timestamp: z.iso.datetime() };

const finalSchema = z.object({
  type: z.literal('final'),
  ...answerFields,
  result: z.json(),
  usage: usageSchema.nullable(),
  cost: costSchema,
});

const errorSchema = z.object({
  type: z.literal('error').optional().describe('Not there when the workflow was never started.'),
  workflowId: answerFields.workflowId.optional(),
  timestamp: answerFields.timestamp.optional(),
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

/** The description of both routes. */
const chatDescription =
  'With `streaming: false` the status says how the workflow ended. With `streaming: true` it is 200 as soon as the stream opens; a failure is the last event, `error`, with the same code.';

const headers = { 'Workflow-Id': 'The workflow that answers, for its events and commands.' };
const failed = { json: { name: 'ChatError', schema: errorSchema }, headers };

/** The responses to a question. */
const chatAnswers: Readonly<Record<number, ResponseDoc>> = {
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

const shared = {
  path: '/api/chat',
  tag: 'chat',
  params: noParams,
  answers: chatAnswers,
} as const;

/** Asks a question. */
export const chatRoute = defineRoute({
  ...shared,
  method: 'POST',
  id: 'chat',
  summary: 'Asks a question about a repository.',
  description: chatDescription,
  query: noQuery,
  body: bodySchema,
  bodyName: 'ChatRequest',
  example: { body: { query: 'How does a reader resume?' } },
  headers: { 'Idempotency-Key': 'The same as idempotencyKey in the body, which wins.' },
  refusals: [413, 415, 429],
});

/** Asks a question with GET, for clients that cannot send a body. */
export const chatByQueryRoute = defineRoute({
  ...shared,
  method: 'GET',
  id: 'chatByQuery',
  summary: 'Asks a question about a repository, for clients that can only GET.',
  description: `Starts a workflow, though it is a GET; a page of another site may not ask it. An EventSource that reconnects starts nothing: the id of the last event names the workflow, which goes on. ${chatDescription}`,
  query: querySchema,
  body: noBody,
  example: { query: { query: 'How does a reader resume?' } },
  headers: {
    'Last-Event-ID': 'The id of the last event of an answer that broke off.',
    'Idempotency-Key': 'The same as idempotencyKey in the query, which wins.',
  },
  refusals: [429],
});
