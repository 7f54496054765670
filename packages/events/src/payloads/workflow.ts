import { z } from 'zod';
import { failureSchema } from '../failure.ts';
import { budgetLimitsSchema } from './budget.ts';
import { costSchema, usageSchema } from '../usage.ts';

const durationMs = z.number().nonnegative();
const attempt = z.int().positive();
/** Absent in logs from before this was told. */
const spentSoFar = { usage: usageSchema.nullable().optional(), cost: costSchema.optional() };

export const workflowPayloads = {
  /** The first attempt took the workflow up. Once per workflow, always the first event. */
  'workflow:started': z.object({
    /** Name of the workflow definition, e.g. `commentOnIssue`. */
    workflow: z.string(),
    title: z.string(),
    /** What it works on, for a person: `owner/repo#12`, a sample's name, a folder. */
    target: z.string(),
    /**
     * Absent without a budget, in logs from before this was told, and when it ended before an
     * attempt could read its input.
     */
    budget: budgetLimitsSchema.optional(),
  }),
  /** An attempt runs. What earlier attempts left in steps they did not finish is superseded. */
  'workflow:running': z.object({ attempt, maxAttempts: attempt }),
  'workflow:paused': z.object({ by: z.string().optional() }),
  'workflow:resumed': z.object({ by: z.string().optional() }),
  /** An attempt died or failed in a way that may pass; the next one starts after `inMs`. */
  'workflow:retrying': z.object({
    /** Number of the attempt to come. */
    attempt,
    maxAttempts: attempt,
    inMs: z.number().nonnegative(),
    reason: failureSchema,
  }),
  'workflow:completed': z.object({
    durationMs,
    usage: usageSchema.nullable(),
    cost: costSchema,
    /** As the workflow definition returns it; see the definition's result schema. */
    result: z.json(),
  }),
  'workflow:failed': z.object({ durationMs, ...spentSoFar, error: failureSchema }),
  'workflow:cancelled': z.object({
    durationMs,
    ...spentSoFar,
    by: z.string().optional(),
    reason: z.string().optional(),
  }),
} as const;

/**
 * The event types that end a workflow: exactly one of them is the last event of every ended
 * workflow.
 */
export const TERMINAL_TYPES = [
  'workflow:completed',
  'workflow:failed',
  'workflow:cancelled',
] as const;

export type TerminalType = (typeof TERMINAL_TYPES)[number];
