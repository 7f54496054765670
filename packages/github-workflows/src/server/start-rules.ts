import { exactObject } from '@runtape/events';
import { defineStart, type StartRules } from '@runtape/server/plugins';
import { givenQuestionFields } from '../contract/ask-repository-contract.ts';
import { givenCommentFields } from '../contract/comment-on-issue-contract.ts';
import { formatTarget } from '../contract/parse-target.ts';
import { givenReviewFields } from '../contract/review-issue-contract.ts';
import type { RepositoryTarget } from '../contract/targets.ts';
import {
  checkIssueTarget,
  checkRepositoryTarget,
  firstLineOf,
  type TargetSettings,
  titleOf,
} from './check-target.ts';
import { requireChooseModel, requirePost } from './user-permissions.ts';

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

/** Makes the rules: who may start which workflow, and what lists show of it. */
export const startRules = (settings: TargetSettings): StartRules => ({
  commentOnIssue: defineStart({
    input: givenComment,
    authorise: (ctx, { target, post }) => {
      const sample = checkIssueTarget(settings, ctx, target);
      if (post) requirePost(settings, ctx);
      return { title: titleOf(target, sample), target: formatTarget(target) };
    },
  }),
  reviewIssue: defineStart({
    input: givenReview,
    authorise: (ctx, { target, models = {} }) => {
      const sample = checkIssueTarget(settings, ctx, target);
      if (Object.keys(models).length > 0) requireChooseModel(settings, ctx);
      return { title: titleOf(target, sample), target: formatTarget(target) };
    },
  }),
  askRepository: defineStart({
    input: givenQuestion,
    example: { question: 'How does a reader resume?' },
    authorise: (ctx, { question, target }) => {
      checkRepositoryTarget(settings, ctx, target);
      return { title: firstLineOf(question), target: nameOf(target) };
    },
  }),
  // Only for a draft of a workflow: see the procedure `postComment`.
  postComment: null,
});

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
