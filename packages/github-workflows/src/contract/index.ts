export {
  type AskRepositoryInput,
  askRepositoryContract,
  askRepositoryInputSchema,
  type AskRepositoryResult,
  askRepositoryResultSchema,
  MAX_QUESTION_CHARS,
  questionSchema,
  type StartQuestion,
  startQuestionSchema,
} from './ask-repository-contract.ts';
export {
  type CommentOnIssueInput,
  commentOnIssueContract,
  commentOnIssueInputSchema,
  type CommentOnIssueResult,
  commentOnIssueResultSchema,
  type StartComment,
  startCommentSchema,
} from './comment-on-issue-contract.ts';
export { answerText, currentAnswer, currentDraft, type Draft, draftText } from './drafts.ts';
export { type GithubErrorCode, githubErrorStatus } from './errors.ts';
export { githubWebHost, parseRepository, PUBLIC_GITHUB } from './github-url.ts';
export type { GithubCalls, GithubOperations, GithubRouter, SampleInfo } from './operations.ts';
export { formatTarget, type ParsedTarget, parseTarget } from './parse-target.ts';
export { type Permission, type PermissionSubject, permits } from './permission.ts';
export {
  commentBodySchema,
  MAX_COMMENT_CHARS,
  type PostCommentInput,
  postCommentContract,
  postCommentInputSchema,
  type PostCommentResult,
  postCommentResultSchema,
} from './post-comment-contract.ts';
export { githubProcedures } from './procedures.ts';
export {
  type ReviewIssueInput,
  reviewIssueContract,
  reviewIssueInputSchema,
  type ReviewIssueResult,
  reviewIssueResultSchema,
  type ReviewRole,
  reviewRoleSchema,
  type StartReview,
  startReviewSchema,
} from './review-issue-contract.ts';
export {
  githubIssueSchema,
  type IssueTarget,
  issueTargetSchema,
  type RepositoryTarget,
  repositoryTargetSchema,
  type Source,
  sourceSchema,
} from './targets.ts';
