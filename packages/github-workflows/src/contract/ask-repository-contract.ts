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
import { givenRepositoryTargetSchema, repositoryTargetSchema, sourceSchema } from './targets.ts';

export const MAX_QUESTION_CHARS = 4000;
const MAX_ANSWER_CHARS = 50_000;
const MAX_TURNS = 20;

export const questionSchema = z
  .string()
  .trim()
  .min(1, 'The question is empty.')
  .max(MAX_QUESTION_CHARS, `A question has at most ${MAX_QUESTION_CHARS} characters.`);

const turn = {
  question: z.string().max(MAX_QUESTION_CHARS),
  answer: z.string().max(MAX_ANSWER_CHARS),
};

export const askRepositoryInputSchema = z.object({
  question: questionSchema,
  /** The repository to ask about. Default: the code that comes with the samples. */
  target: repositoryTargetSchema.default({ kind: 'sample' }),
  /**
   * The earlier questions and answers, oldest first, for the context of a follow-up question.
   * Default: none.
   */
  history: z.array(z.object(turn)).max(MAX_TURNS).default([]),
  /** Default: none. */
  budget: budgetSchema.optional(),
});

export type AskRepositoryInput = z.infer<typeof askRepositoryInputSchema>;

/** The fields of the input as a client sends them. */
export const givenQuestionFields = {
  ...askRepositoryInputSchema.shape,
  target: givenRepositoryTargetSchema.default({ kind: 'sample' }),
  history: z.array(exactObject(turn)).max(MAX_TURNS).default([]),
  budget: givenBudgetSchema.optional(),
};

export const startQuestionSchema = exactObject({
  ...givenQuestionFields,
  threadId: threadIdSchema.optional(),
  /** A second start with the same key returns the workflow of the first. */
  idempotencyKey: idempotencyKeySchema.optional(),
});

/** The input of the `startQuestion` mutation. */
export type StartQuestion = z.input<typeof startQuestionSchema>;

export const askRepositoryResultSchema = z.object({
  /** Markdown; cites its sources as `path:line` or `path:first-last`. */
  answer: z.string(),
  model: z.string(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  /** The sources that the answer cites; all of them were among the passages found. */
  sources: z.array(sourceSchema),
  /** Whether the model was stopped early, e.g. by a length limit. */
  isCutOff: z.boolean().default(false),
});

export type AskRepositoryResult = z.infer<typeof askRepositoryResultSchema>;

export const askRepositoryContract = defineContract({
  name: 'askRepository',
  input: askRepositoryInputSchema,
  result: askRepositoryResultSchema,
});
