import { defineWorkflow, type WorkflowContext, type WorkflowDefinition } from '@runtape/engine';
import {
  type ReviewIssueInput,
  reviewIssueInputSchema,
  type ReviewIssueResult,
  reviewIssueResultSchema,
} from '@runtape/events';
import { connectParts, type IssueWorkflowOptions, type IssueWorkflowParts } from './parts.ts';
import { demandChooseModel, permittedParts } from './permissions.ts';
import { criticise } from './review/criticise.ts';
import { research } from './review/research.ts';
import type { Review } from './review/review.ts';
import { triage } from './review/triage.ts';
import { type SentBack, writeDraft } from './review/write-draft.ts';
import { authenticate } from './steps/authenticate.ts';
import { getRepository } from './steps/get-repository.ts';
import { readIssue } from './steps/read-issue.ts';
import { chooseSubject } from './subject/choose-subject.ts';

const MAX_ATTEMPTS = 3;

/**
 * Defines the workflow in which four agents review an issue: a triager, a researcher with tools, a writer, and a critic who may send
 * the draft back.
 * @returns the definition, named `reviewIssue`. Its failures have the codes of `failureCodes`.
 */
export function createReviewIssue(
  options: IssueWorkflowOptions,
): WorkflowDefinition<ReviewIssueInput, ReviewIssueResult> {
  const parts = connectParts(options);
  return defineWorkflow({
    name: 'reviewIssue',
    input: reviewIssueInputSchema,
    result: reviewIssueResultSchema,
    maxAttempts: MAX_ATTEMPTS,
    budget: ({ budget }) => budget,
    run: (ctx, input) => reviewIssue(ctx, input, parts),
  });
}

async function reviewIssue(
  ctx: WorkflowContext,
  input: ReviewIssueInput,
  all: IssueWorkflowParts,
): Promise<ReviewIssueResult> {
  const parts = permittedParts(ctx, all);
  if (Object.keys(input.models ?? {}).length > 0) demandChooseModel(parts.may);
  const asked = chooseSubject(input.target, parts);
  await authenticate(ctx, asked);
  const issue = await readIssue(ctx, asked);
  await using subject = asked.foundAt(issue.address);
  using repository = await getRepository(ctx, subject, parts.repositories);
  const review: Review = { ctx, input, model: parts.model, issue, repository };
  const triaged = await triage(review);
  const researched = await research(review, triaged);

  const sentBack: SentBack[] = [];
  for (;;) {
    const { comment, isCutOff } = await writeDraft(review, { research: researched, sentBack });
    const version = sentBack.length + 1;
    const criticism = await criticise(review, { comment, version, research: researched });
    const isSentBack = criticism?.approved === false && sentBack.length < input.maxIterations;
    if (!isSentBack) {
      const approved = criticism?.approved ?? null;
      await ctx.status('reviewed', inWords(approved));
      return {
        comment,
        isCutOff,
        triage: triaged,
        iterations: sentBack.length,
        approved,
        sources: researched?.sources ?? [],
        ...ctx.budget.spent,
      };
    }
    sentBack.push({ comment, remarks: criticism.remarks });
  }
}

function inWords(approved: boolean | null): string {
  if (approved === null) return 'The draft is ready; no critic has seen it.';
  return approved
    ? 'The draft is ready, and the critic approves of it.'
    : 'The draft is ready. The critic still has remarks, but it was sent back as often as it may be.';
}
