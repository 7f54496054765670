import { z } from 'zod';
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
});

/** What a list shows of a workflow; kept beside its log and updated with the events, so that a list reads no history. */
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;
