import { defineContract } from '@runtape/engine/define';
import {
  askRepositoryInputSchema,
  commentOnIssueInputSchema,
  exactObject,
  formatTarget,
  givenCommentFields,
  givenQuestionFields,
  givenReviewFields,
  postCommentInputSchema,
  type RepositoryTarget,
  reviewIssueInputSchema,
} from '@runtape/events';
import { requireChooseModel, requirePost } from '../accounts/permissions.ts';
import { checkIssueTarget, checkRepositoryTarget, firstLineOf, titleOf } from './check-target.ts';
import { defineStart, type StartableWorkflow, type StartRules } from './startable-workflows.ts';

/** Fields of the older procedures that the generic start takes in another place. */
const elsewhere = { threadId: 'beside "input"', idempotencyKey: 'beside "input"' };

const givenComment = exactObject(givenCommentFields, elsewhere).refine(
  ({ post, target }) => !post || target.kind === 'github',
  {
    path: ['post'],
    message:
      'Only a comment on a GitHub issue can be posted. Leave out `post`, or name owner/repo#number.',
  },
);
const givenReview = exactObject(givenReviewFields, elsewhere);
const givenQuestion = exactObject(givenQuestionFields, elsewhere);

export const productWorkflows: readonly StartableWorkflow[] = [
  defineContract({ name: 'commentOnIssue', input: commentOnIssueInputSchema }),
  defineContract({ name: 'reviewIssue', input: reviewIssueInputSchema }),
  defineContract({ name: 'askRepository', input: askRepositoryInputSchema }),
  defineContract({ name: 'postComment', input: postCommentInputSchema }),
];

export const productStarts: StartRules = {
  commentOnIssue: defineStart({
    input: givenComment,
    authorise: (ctx, { target, post }) => {
      const sample = checkIssueTarget(ctx, target);
      if (post) requirePost(ctx);
      return { title: titleOf(target, sample), target: formatTarget(target) };
    },
  }),
  reviewIssue: defineStart({
    input: givenReview,
    authorise: (ctx, { target, models = {} }) => {
      const sample = checkIssueTarget(ctx, target);
      if (Object.keys(models).length > 0) requireChooseModel(ctx);
      return { title: titleOf(target, sample), target: formatTarget(target) };
    },
  }),
  askRepository: defineStart({
    input: givenQuestion,
    example: { question: 'How does a reader resume?' },
    authorise: (ctx, { question, target }) => {
      checkRepositoryTarget(ctx, target);
      return { title: firstLineOf(question), target: nameOf(target) };
    },
  }),
  // Only for a draft of a workflow: see the procedure `postComment`.
  postComment: null,
};

function nameOf(target: RepositoryTarget): string {
  switch (target.kind) {
    case 'sample':
      return 'Runtape’s own code';
    case 'github':
      return `${target.owner}/${target.repo}`;
    case 'local':
      return target.path;
  }
}
