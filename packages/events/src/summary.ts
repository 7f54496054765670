import { z } from 'zod';
import { activitySchema } from './activity.ts';
import { costSchema, usageSchema } from './usage.ts';

export const workflowSummarySchema = z.object({
  title: z.string(),
  /** What it works on, for a person: `owner/repo#12`, a sample's name, a folder. */
  target: z.string(),
  url: z.url().optional(),
  /** The last status message. */
  stage: z.string().optional(),
  usage: usageSchema.optional(),
  cost: costSchema.optional(),
  /** Of a `cost` that is not known: the sum of what has a price, in US dollars. */
  knownCost: z.number().nonnegative().optional(),
  /** Its tape in short. While the workflow runs it is up to a second old. */
  activity: activitySchema.optional(),
});

/**
 * What a list shows of a workflow; kept beside its log and updated with the events, so that a list
 * reads no history.
 */
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;
