import { z } from 'zod';
import { activitySchema } from './activity.ts';
import { costSchema, usageSchema } from './usage.ts';

export const workflowSummarySchema = z.object({
  title: z.string(),
  /** What it works on, in readable form: an address, a name, a folder; empty for nothing. */
  target: z.string(),
  url: z.url().optional(),
  /** The last status message. */
  stage: z.string().optional(),
  usage: usageSchema.optional(),
  cost: costSchema.optional(),
  /** If `cost` is unknown, the sum of the costs with a known price, in US dollars. */
  knownCost: z.number().nonnegative().optional(),
  /** A summary of its tape. While the workflow runs, it is up to one second old. */
  activity: activitySchema.optional(),
});

/**
 * The data of a workflow in a list. It is stored beside the log and updated with the events, so
 * that lists read no history.
 */
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;
