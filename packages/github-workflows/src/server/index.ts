import { askRepositoryContract } from '../contract/ask-repository-contract.ts';
import { commentOnIssueContract } from '../contract/comment-on-issue-contract.ts';
import { postCommentContract } from '../contract/post-comment-contract.ts';
import { reviewIssueContract } from '../contract/review-issue-contract.ts';

export { githubPlugin, type GithubPluginSettings } from './github-plugin.ts';
export type { PermissionSettings } from './user-permissions.ts';

/** The contracts of the workflows, for the `workflows` of a server with the plugin. */
export const githubContracts = [
  commentOnIssueContract,
  reviewIssueContract,
  askRepositoryContract,
  postCommentContract,
] as const;
