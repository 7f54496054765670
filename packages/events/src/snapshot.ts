import { z } from 'zod';
import { eventIdSchema } from './event-id.ts';
import { failureSchema } from './failure.ts';
import { budgetLimitsSchema, budgetPayloads } from './payloads/budget.ts';
import { workflowStatusSchema } from './status.ts';
import { costSchema, usageSchema } from './usage.ts';

const time = z.iso.datetime();
/** The workflow step it belongs to; absent outside of any. */
const step = z.string().optional();

/**
 * A stretch of a text. One that grows over several steps has a stretch for each; `isComplete` is on
 * its last.
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
   * The latest calls keep theirs, up to 2,000,000 characters together, so that a snapshot stays
   * small however much the tools brought; an older one is empty and `truncated`. The log has them
   * all.
   */
  output: z.string(),
  /** The model got more than `output` has. */
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
  /** Its own steps: the one it is at, of how many. */
  step: z.int().nullable(),
  steps: z.int().nullable(),
  iteration: z.int().nullable(),
  progress: z.number().nullable(),
  startedAt: time,
  durationMs: z.number().nullable(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  error: failureSchema.nullable(),
  /** The workflow step it was started in; absent outside of any. */
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

export const workflowSnapshotSchema = z.object({
  workflowId: z.string(),
  /**
   * The last event folded in; `null` before the first. Reading on after it continues without a gap.
   */
  cursor: eventIdSchema.nullable(),
  status: workflowStatusSchema,
  /** Name of the workflow definition; empty before `workflow:started`. */
  workflow: z.string(),
  title: z.string(),
  target: z.string(),
  url: z.string().nullable(),
  attempt: z.int().nonnegative(),
  maxAttempts: z.int().nonnegative(),
  /** Set while the workflow waits for its next attempt. */
  retry: z.object({ at: time, reason: failureSchema }).nullable(),
  /** The last 200. */
  statuses: z.array(statusLineSchema),
  parts: z.array(partSchema),
  steps: z.array(stepStateSchema),
  tools: z.array(toolCallSchema),
  agents: z.array(agentSchema),
  /** The last 200. */
  logs: z.array(logLineSchema),
  usage: usageSchema.nullable(),
  cost: costSchema,
  budget: z
    .object({ state: z.enum(['warning', 'exceeded']), ...budgetPayloads['budget:warning'].shape })
    .nullable(),
  /**
   * What it may spend, and has by now, without calls that are under way. `null` without a budget,
   * and where the log does not tell of it.
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

/** All that a person sees of a workflow at one event: the fold of its log up to `cursor`. */
export type WorkflowSnapshot = z.infer<typeof workflowSnapshotSchema>;
export type PartState = z.infer<typeof partSchema>;
export type ToolCallState = z.infer<typeof toolCallSchema>;
export type AgentState = z.infer<typeof agentSchema>;
export type LogLine = z.infer<typeof logLineSchema>;
export type StatusLine = z.infer<typeof statusLineSchema>;
export type StepState = z.infer<typeof stepStateSchema>;
