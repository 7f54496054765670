import { z } from 'zod';

const call = { callId: z.string(), name: z.string(), agentId: z.string().optional() };

export const toolPayloads = {
  'tool:called': z.object({ ...call, arguments: z.json() }),
  'tool:returned': z.object({
    ...call,
    ok: z.boolean(),
    /** One line for the collapsed view, e.g. `12 matches in 5 files`. */
    summary: z.string(),
    output: z.string(),
    /** Whether `output` is only the beginning of the output that the model received. */
    truncated: z.boolean(),
    durationMs: z.number().nonnegative(),
  }),
} as const;
