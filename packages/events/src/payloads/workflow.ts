import { z } from 'zod';
import { failureSchema } from '../failure.ts';
import { budgetLimitsSchema } from './budget.ts';
import { costSchema, usageSchema } from '../usage.ts';

const durationMs = z.number().nonnegative();
const attempt = z.int().positive();
/** Absent in older logs. */
const spentSoFar = { usage: usageSchema.nullable().optional(), cost: costSchema.optional() };

export const workflowPayloads = {
  /** The first attempt has started. Emitted once per workflow, always as the first event. */
  'workflow:started': z.object({
    /** Name of the workflow definition, e.g. `summarise`. */
    workflow: z.string(),
    title: z.string(),
    /** What it works on, in readable form: an address, a name, a folder. */
    target: z.string(),
    /**
     * Absent without a budget, in older logs, and if the workflow ended before an attempt was able
     * to read its input.
     */
    budget: budgetLimitsSchema.optional(),
  }),
  /** An attempt has started. Events of earlier attempts in unfinished steps are superseded. */
  'workflow:running': z.object({ attempt, maxAttempts: attempt }),
  'workflow:paused': z.object({ by: z.string().optional() }),
  'workflow:resumed': z.object({ by: z.string().optional() }),
  /** An attempt died or had a temporary failure; the next one starts after `inMs`. */
  'workflow:retrying': z.object({
    /** The number of the next attempt. */
    attempt,
    maxAttempts: attempt,
    inMs: z.number().nonnegative(),
    reason: failureSchema,
  }),
  'workflow:completed': z.object({
    durationMs,
    usage: usageSchema.nullable(),
    cost: costSchema,
    /** The value that the workflow definition returned; see the definition's result schema. */
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
