import {
  type ReviewIssueInput,
  reviewIssueInputSchema,
  type ReviewIssueResult,
  reviewIssueResultSchema,
  reviewIssueContract,
} from '../contract/index.ts';
import {
  defineWorkflow,
  type NoEvents,
  type WorkflowContext,
  type WorkflowDefinition,
} from '@runtape/engine';
import {
  connectDependencies,
  type IssueWorkflowOptions,
  type IssueWorkflowDependencies,
} from '../dependencies.ts';
import { requireModelChoice, permittedDependencies } from '../permissions.ts';
import { criticise } from './criticise.ts';
import { research } from './research.ts';
import type { Review } from './review.ts';
import { triage } from './triage.ts';
import { type RejectedDraft, writeDraft } from './write-draft.ts';
import { authenticate } from '../steps/authenticate.ts';
import { openTargetRepository } from '../steps/open-repository.ts';
import { readIssue } from '../steps/read-issue.ts';
import { resolveTarget } from '../target/resolve-target.ts';

/**
 * Defines the workflow in which four agents review an issue: a triager, a researcher with tools, a
 * writer, and a critic who may send the draft back.
 * @returns the definition `reviewIssue`. Its failures have the codes of `failureCodes`.
 */
export function createReviewIssue(
  options: IssueWorkflowOptions,
): WorkflowDefinition<
  'reviewIssue',
  typeof reviewIssueInputSchema,
  typeof reviewIssueResultSchema,
  NoEvents
> {
  const dependencies = connectDependencies(options);
  return defineWorkflow({
    ...reviewIssueContract,
    budget: ({ budget }) => budget,
    run: (ctx, input) => reviewIssue(ctx, input, dependencies),
  });
}

async function reviewIssue(
  ctx: WorkflowContext,
  input: ReviewIssueInput,
  all: IssueWorkflowDependencies,
): Promise<ReviewIssueResult> {
  const dependencies = permittedDependencies(ctx, all);
  if (Object.keys(input.models ?? {}).length > 0) requireModelChoice(dependencies.may);
  const target = resolveTarget(input.target, dependencies);
  await authenticate(ctx, target);
  const issue = await readIssue(ctx, target);
  await using found = target.atAddress(issue.address);
  const opened = await openTargetRepository(ctx, {
    step: 'get-repository',
    source: found,
    repositories: dependencies.repositories,
  });
  using repository = opened.repository;
  const review: Review = { ctx, input, model: dependencies.model, issue, repository };
  const triaged = await triage(review);
  const researched = await research(review, triaged);

  const rejected: RejectedDraft[] = [];
  for (;;) {
    const { comment, isCutOff } = await writeDraft(review, { research: researched, rejected });
    const version = rejected.length + 1;
    const criticism = await criticise(review, { comment, version, research: researched });
    const isSentBack = criticism?.approved === false && rejected.length < input.maxIterations;
    if (!isSentBack) {
      const approved = criticism?.approved ?? null;
      await ctx.status('reviewed', describeEnd(approved));
      return {
        comment,
        isCutOff,
        triage: triaged,
        iterations: rejected.length,
        approved,
        sources: researched?.sources ?? [],
        ...ctx.budget.spent,
      };
    }
    rejected.push({ comment, remarks: criticism.remarks });
  }
}

function describeEnd(approved: boolean | null): string {
  if (approved === null) return 'The draft is ready; no critic has seen it.';
  return approved
    ? 'The draft is ready, and the critic approves of it.'
    : 'The draft is ready. The critic still has remarks, but the limit of revisions is reached.';
}
