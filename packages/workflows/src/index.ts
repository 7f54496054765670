export { createCommentOnIssue, type CommentOnIssueOptions } from './comment-on-issue.ts';
export { type CommentFailureCode, failureCodes } from './failures.ts';
export type { GitHubOptions } from './github/github-client.ts';
export type { ModelOptions } from './model/model-client.ts';
export type { Price, Prices } from './model/prices.ts';
export type { UnpackLimits } from './repository/entry-guard.ts';
export { type Sample, samples } from './samples.ts';
