import {
  exactObject,
  idempotencyKeySchema,
  threadIdSchema,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import { z } from 'zod';
import { defineOperation, output } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noParams, noQuery } from './route.ts';

/** A workflow that was started, now or earlier with the same idempotency key. */
export interface StartedWorkflow {
  readonly workflowId: WorkflowId;
  /** False if it was started earlier with the same idempotency key. */
  readonly created: boolean;
}

const startedSchema = z.object({
  workflowId: workflowIdSchema,
  created: z.boolean().describe('False when the idempotency key had started it before.'),
});
/** The output of procedures that start a workflow. */
export const startedOutput = output<StartedWorkflow>(startedSchema);

/** The error codes of every procedure that starts a workflow. */
export const startErrors = [
  'not_your_thread',
  'idempotency_conflict',
  'too_many_starts',
  'too_many_workflows',
] as const;

const common = {
  threadId: threadIdSchema.optional(),
  idempotencyKey: idempotencyKeySchema
    .optional()
    .describe('Starting twice with one key gives one workflow.'),
};

const startSchema = exactObject({
  /** Name of the workflow definition. */
  workflow: z.string(),
  /** Checked by the schema of the definition. */
  input: z.unknown(),
  ...common,
});

/** Starts a workflow by the name of its definition; with an idempotency key, at most once. */
export const start = defineOperation(procedures.start, {
  input: startSchema,
  output: startedOutput,
  errors: ['unknown_workflow_name', ...startErrors],
});

/** Returns the schema of the body that starts one definition. */
export function startBodyOf<Name extends string, Input extends z.ZodType>(
  workflow: Name,
  input: Input,
) {
  return exactObject({ workflow: z.literal(workflow), input, ...common });
}

/** The request header of routes that start a workflow. */
export const idempotencyKeyHeader = {
  'Idempotency-Key': 'The same as idempotencyKey in the body, which wins.',
};
const startedDoc = {
  json: { name: 'StartedWorkflow', schema: startedSchema },
  headers: { Location: 'Where the workflow is.' },
};

/** The same as `start`. The body is checked, and documented, by the schema of its definition. */
export const startWorkflowRoute = defineRoute({
  method: 'POST',
  path: '/api/workflows',
  id: 'startWorkflow',
  tag: 'workflows',
  summary: 'Starts a workflow.',
  params: noParams,
  query: noQuery,
  body: z.record(z.string(), z.unknown()),
  bodyName: 'StartWorkflow',
  headers: idempotencyKeyHeader,
  answers: {
    200: { description: 'The idempotency key has started it before.', ...startedDoc },
    201: { description: 'It is started.', ...startedDoc },
  },
  refusals: [403, 404, 409, 413, 415],
});
