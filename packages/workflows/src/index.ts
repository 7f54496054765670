export { createCommentOnIssue } from './comment-on-issue.ts';
export { type CommentFailureCode, failureCodes } from './failures.ts';
export type { GitHubOptions } from './github/github-client.ts';
export type { ModelOptions } from './model/model-client.ts';
export type { Price, Prices } from './model/prices.ts';
export type { IssueWorkflowOptions } from './parts.ts';
export type { UnpackLimits } from './repository/entry-guard.ts';
export { createReviewIssue } from './review-issue.ts';
export { type Sample, samples } from './samples.ts';
