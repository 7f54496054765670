/** The HTTP status of each error that the plugin adds to the API, by its code. */
export const githubErrorStatus = {
  unknown_sample: 404,
  local_not_allowed: 403,
  post_not_allowed: 403,
  model_not_allowed: 403,
  post_needs_github_issue: 400,
  post_needs_token: 403,
} as const;

export type GithubErrorCode = keyof typeof githubErrorStatus;
