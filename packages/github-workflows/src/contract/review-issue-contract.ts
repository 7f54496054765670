import { defineContract } from '@runtape/engine/define';
import {
  budgetSchema,
  costSchema,
  exactObject,
  givenBudgetSchema,
  idempotencyKeySchema,
  threadIdSchema,
  usageSchema,
} from '@runtape/events';
import { z } from 'zod';
import { givenIssueTargetSchema, issueTargetSchema, sourceSchema } from './targets.ts';

const MAX_ITERATIONS = 5;
const DEFAULT_ITERATIONS = 2;
const MAX_MODEL_NAME = 200;

export const reviewRoleSchema = z.enum(['triager', 'researcher', 'writer', 'critic']);

export type ReviewRole = z.infer<typeof reviewRoleSchema>;

export const reviewIssueInputSchema = z.object({
  target: issueTargetSchema,
  /** The maximum number of times the critic may send the draft back, 0 to 5. Default: 2. */
  maxIterations: z.int().min(0).max(MAX_ITERATIONS).default(DEFAULT_ITERATIONS),
  /** Default: none. */
  budget: budgetSchema.optional(),
  /** The models of individual roles. Default: the worker's model for all roles. */
  models: z.partialRecord(reviewRoleSchema, z.string().min(1).max(MAX_MODEL_NAME)).optional(),
  /**
   * Whether the workflow continues or fails when a role other than the writer fails. Default:
   * `continue`.
   */
  onAgentFailure: z.enum(['continue', 'fail']).default('continue'),
});

export type ReviewIssueInput = z.infer<typeof reviewIssueInputSchema>;

/** The fields of the input as a client sends them. */
export const givenReviewFields = {
  ...reviewIssueInputSchema.shape,
  target: givenIssueTargetSchema,
  budget: givenBudgetSchema.optional(),
};

export const startReviewSchema = exactObject({
  ...givenReviewFields,
  threadId: threadIdSchema.optional(),
  /** A second start with the same key returns the workflow of the first. */
  idempotencyKey: idempotencyKeySchema.optional(),
});

/** The input of the `startReview` mutation. */
export type StartReview = z.input<typeof startReviewSchema>;

export const reviewIssueResultSchema = z.object({
  /** The draft after the last iteration. */
  comment: z.string(),
  triage: z
    .object({ kind: z.string(), severity: z.string(), summary: z.string() })
    /** `null` if the triager failed. */
    .nullable(),
  /** The number of times the critic sent the draft back. */
  iterations: z.int().nonnegative(),
  /** Whether the critic approved the draft; `null` if the critic failed. */
  approved: z.boolean().nullable(),
  sources: z.array(sourceSchema),
  /** Whether the model was stopped early, e.g. by a length limit. */
  isCutOff: z.boolean().default(false),
  usage: usageSchema.nullable(),
  cost: costSchema,
});

export type ReviewIssueResult = z.infer<typeof reviewIssueResultSchema>;

export const reviewIssueContract = defineContract({
  name: 'reviewIssue',
  input: reviewIssueInputSchema,
  result: reviewIssueResultSchema,
});
