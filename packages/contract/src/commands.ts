import { exactObject } from '@runtape/events';
import { z } from 'zod';
import { workflowIdInputSchema, workflowParams } from './fields.ts';
import { defineOperation, output } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noQuery, type RouteContract } from './route.ts';

const MAX_HOURS = 24 * 30;

/** Shown to everyone who watches the workflow. */
const reason = z.string().max(1000).optional();

const cancelOutcome = z.object({ outcome: z.enum(['requested', 'cancelled', 'already_ended']) });
const pauseOutcome = z.object({
  outcome: z.enum(['requested', 'paused', 'already_paused', 'already_ended']),
});
const resumeOutcome = z.object({ outcome: z.enum(['resumed', 'not_paused', 'already_ended']) });

const errors = ['unknown_workflow', 'read_only'] as const;

/** Cancels a workflow for good, wherever it runs. */
export const cancelWorkflow = defineOperation(procedures.cancelWorkflow, {
  input: exactObject({ workflowId: workflowIdInputSchema, reason }),
  output: output(cancelOutcome),
  errors,
  route: commandRoute('cancel', {
    summary: 'Cancels a workflow, wherever it runs.',
    body: exactObject({ reason }).optional(),
    example: { body: { reason: 'It is not needed any more.' } },
    json: { name: 'CancelOutcome', schema: cancelOutcome },
  }),
});

/** Pauses a workflow, wherever it runs: no worker takes it up until it is resumed. */
export const pauseWorkflow = defineOperation(procedures.pauseWorkflow, {
  input: exactObject({ workflowId: workflowIdInputSchema }),
  output: output(pauseOutcome),
  errors,
  route: commandRoute('pause', {
    summary: 'Pauses a workflow, wherever it runs.',
    body: exactObject({}).optional(),
    json: { name: 'PauseOutcome', schema: pauseOutcome },
  }),
});

/** Lets a paused workflow continue after its last completed step. */
export const resumeWorkflow = defineOperation(procedures.resumeWorkflow, {
  input: exactObject({ workflowId: workflowIdInputSchema }),
  output: output(resumeOutcome),
  errors,
  route: commandRoute('resume', {
    summary: 'Lets a paused workflow go on.',
    body: exactObject({}).optional(),
    json: { name: 'ResumeOutcome', schema: resumeOutcome },
  }),
});

/** Commands are harmless when repeated. */
function commandRoute<Body extends z.ZodType>(
  /** The last part of the path. */
  name: 'cancel' | 'pause' | 'resume',
  {
    json,
    ...doc
  }: {
    readonly summary: string;
    readonly body: Body;
    readonly example?: { readonly body: object };
    readonly json: { readonly name: string; readonly schema: z.ZodType };
  },
): RouteContract<typeof workflowParams, typeof noQuery, Body> {
  return defineRoute({
    method: 'POST',
    path: `/api/workflows/{workflowId}/${name}`,
    id: `${name}Workflow`,
    tag: 'workflows',
    params: workflowParams,
    query: noQuery,
    maxBodyBytes: 16 * 1024,
    refusals: [403, 404, 413, 415],
    ...doc,
    answers: {
      200: { description: 'What came of it, also when there was nothing to do.', json },
      202: { description: 'It is stored; the worker that runs the workflow acts on it.', json },
    },
  });
}

/** A token, and when it expires. */
export interface IssuedToken {
  readonly token: string;
  /** In ms since 1970. */
  readonly until: number;
}

/** Makes a token with which anyone may watch a workflow: `POST {share}` to `/api/session`. */
export const shareWorkflow = defineOperation(procedures.shareWorkflow, {
  input: exactObject({
    workflowId: workflowIdInputSchema,
    /** How long the link is valid. Default: 24. */
    hours: z.number().positive().max(MAX_HOURS).default(24),
  }),
  output: output<IssuedToken>(z.object({ token: z.string(), until: z.number() })),
  errors: [...errors, 'sharing_unavailable'],
});
