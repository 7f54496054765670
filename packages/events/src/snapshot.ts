import { z } from 'zod';
import { eventIdSchema } from './id-schemas.ts';
import { failureSchema } from './failure.ts';
import { budgetLimitsSchema, budgetPayloads } from './payloads/budget.ts';
import { WORKFLOW_STATUSES } from './status.ts';
import { costSchema, usageSchema } from './usage.ts';

export const workflowStatusSchema = z.enum(WORKFLOW_STATUSES);

const time = z.iso.datetime();
/** The workflow step that the item belongs to; absent outside any step. */
const step = z.string().optional();

/**
 * A section of a text. A text that grows over several steps has a section for each; `isComplete` is
 * set on the last one.
 */
const partSchema = z.object({
  part: z.string(),
  text: z.string(),
  isComplete: z.boolean(),
  step,
});

const toolCallSchema = z.object({
  callId: z.string(),
  name: z.string(),
  agentId: z.string().optional(),
  arguments: z.json(),
  status: z.enum(['running', 'ok', 'failed']),
  summary: z.string(),
  /**
   * The output of the call. The latest calls keep their outputs, up to 2,000,000 characters
   * together, to limit the size of a snapshot. The outputs of older calls are empty and
   * `truncated`; the log has all of them.
   */
  output: z.string(),
  /** Whether the model received more than `output` contains. */
  truncated: z.boolean(),
  startedAt: time,
  durationMs: z.number().nullable(),
  step,
});

export const agentSchema = z.object({
  agentId: z.string(),
  name: z.string(),
  role: z.string(),
  model: z.string().optional(),
  status: z.enum(['running', 'completed', 'failed']),
  message: z.string(),
  /** The agent's own current step, out of `steps`. */
  step: z.int().nullable(),
  steps: z.int().nullable(),
  iteration: z.int().nullable(),
  progress: z.number().nullable(),
  startedAt: time,
  durationMs: z.number().nullable(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  error: failureSchema.nullable(),
  /** The workflow step in which the agent was started; absent outside any step. */
  inStep: step,
});

export const logLineSchema = z.object({
  id: eventIdSchema,
  at: time,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  agentId: z.string().optional(),
});

const statusLineSchema = z.object({
  id: eventIdSchema,
  at: time,
  stage: z.string(),
  message: z.string(),
  progress: z.number().optional(),
});

const stepStateSchema = z.object({
  step: z.string(),
  /** `failed`: the workflow ended before the step did. */
  status: z.enum(['running', 'completed', 'failed']),
  startedAt: time,
  durationMs: z.number().nullable(),
});

const customEventsSchema = z.object({
  count: z.int().positive(),
  last: z.object({
    id: eventIdSchema,
    at: time,
    data: z.json(),
    /** Whether the data is too large for a snapshot, and `null` here; the log has it. */
    isLeftOut: z.boolean(),
  }),
});

/** The workflow's own events, by type. */
const customByTypeSchema = z.record(z.string(), customEventsSchema);

const stateErrorSchema = z.object({
  /** Listed in `docs/errors/`. */
  code: z.enum(['reducer_failed', 'state_too_large']),
  message: z.string(),
  /** The event at which it happened. The state is the one before it. */
  id: eventIdSchema,
});

/** A state that the workflow's own reducer computed, and why it goes no further. */
const ownStateSchema = z.object({ value: z.json(), error: stateErrorSchema.nullable() });

const customEventSchema = z.object({
  id: eventIdSchema,
  type: z.string(),
  data: z.json(),
  timestamp: time,
});

/**
 * What the fold needs to go on. The events of a completed step are never repeated, all others are
 * by the next attempt, so what belongs to completed steps is counted apart.
 */
const foldSchema = z.object({
  custom: z.object({
    kept: customByTypeSchema,
    /** The events of steps that have not completed, by step. */
    steps: z.record(z.string(), customByTypeSchema),
  }),
  /** `null` without a reducer. */
  state: z
    .object({
      /** The state without the events of the current attempt outside completed steps. */
      kept: ownStateSchema,
      /** The open step whose events have been folded into `kept`; `null` without an open one. */
      step: z.object({ name: z.string(), state: ownStateSchema }).nullable(),
      /** The other open steps, with the events to fold when they complete. */
      waiting: z.array(
        z.object({
          step: z.string(),
          /** `null` once there are too many of them. */
          events: z.array(customEventSchema).nullable(),
          /** The size of the events, in characters, about. */
          chars: z.number(),
        }),
      ),
    })
    .nullable(),
});

export const workflowSnapshotSchema = z.object({
  workflowId: z.string(),
  /**
   * The last event included in the snapshot; `null` before the first. Reading after it continues
   * without a gap.
   */
  cursor: eventIdSchema.nullable(),
  status: workflowStatusSchema,
  /** The name of the workflow definition; empty before `workflow:started`. */
  workflow: z.string(),
  title: z.string(),
  target: z.string(),
  url: z.string().nullable(),
  attempt: z.int().nonnegative(),
  maxAttempts: z.int().nonnegative(),
  /** Set while the workflow waits for its next attempt. */
  retry: z.object({ at: time, reason: failureSchema }).nullable(),
  /** The last 200 lines. */
  statuses: z.array(statusLineSchema),
  parts: z.array(partSchema),
  steps: z.array(stepStateSchema),
  tools: z.array(toolCallSchema),
  agents: z.array(agentSchema),
  /** The last 200 lines. */
  logs: z.array(logLineSchema),
  /** The workflow's own events: how many of each type, and the last one. */
  custom: customByTypeSchema.default({}),
  /**
   * The state that the workflow's own reducer computes; `null` while it is not known. `ownState` of
   * `@runtape/workflow-state` tells a state that is `null` from one that is not known.
   */
  state: z.json().default(null),
  /** Why the state no longer changes: the reducer failed. */
  stateError: stateErrorSchema.nullable().default(null),
  fold: foldSchema.default({ custom: { kept: {}, steps: {} }, state: null }),
  usage: usageSchema.nullable(),
  cost: costSchema,
  budget: z
    .object({ state: z.enum(['warning', 'exceeded']), ...budgetPayloads['budget:warning'].shape })
    .nullable(),
  /**
   * The budget and the spending so far, without calls in progress. `null` without a budget, and in
   * logs that do not record it.
   */
  spending: z
    .object({ limits: budgetLimitsSchema, usage: usageSchema.nullable(), cost: costSchema })
    .nullable()
    .default(null),
  startedAt: time.nullable(),
  updatedAt: time.nullable(),
  endedAt: time.nullable(),
  result: z.json(),
  error: failureSchema.nullable(),
  cancelled: z.object({ by: z.string().optional(), reason: z.string().optional() }).nullable(),
});

/** The whole visible state of a workflow at one event: the fold of its log up to `cursor`. */
export type WorkflowSnapshot = z.infer<typeof workflowSnapshotSchema>;
export type PartState = z.infer<typeof partSchema>;
export type ToolCallState = z.infer<typeof toolCallSchema>;
export type AgentState = z.infer<typeof agentSchema>;
export type CustomEvents = z.infer<typeof customEventsSchema>;
export type CustomEvent = z.infer<typeof customEventSchema>;
export type StateError = z.infer<typeof stateErrorSchema>;
/** A state that the workflow's own reducer computed, and why it goes no further. */
export type OwnState = z.infer<typeof ownStateSchema>;
export type LogLine = z.infer<typeof logLineSchema>;
export type StatusLine = z.infer<typeof statusLineSchema>;
export type StepState = z.infer<typeof stepStateSchema>;
