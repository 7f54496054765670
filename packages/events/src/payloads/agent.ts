import { z } from 'zod';
import { failureSchema } from '../failure.ts';
import { costSchema, usageSchema } from '../usage.ts';

const agentId = z.string();

export const agentPayloads = {
  'agent:started': z.object({
    agentId,
    name: z.string(),
    role: z.string(),
    model: z.string().optional(),
  }),
  /** Contains only the changed fields. */
  'agent:progress': z.object({
    agentId,
    message: z.string().optional(),
    step: z.int().nonnegative().optional(),
    steps: z.int().positive().optional(),
    iteration: z.int().positive().optional(),
    progress: z.number().min(0).max(1).optional(),
    usage: usageSchema.optional(),
    cost: costSchema.optional(),
  }),
  'agent:completed': z.object({
    agentId,
    durationMs: z.number().nonnegative(),
    usage: usageSchema.nullable(),
    cost: costSchema,
    summary: z.string().optional(),
  }),
  'agent:failed': z.object({
    agentId,
    durationMs: z.number().nonnegative(),
    error: failureSchema,
  }),
} as const;
