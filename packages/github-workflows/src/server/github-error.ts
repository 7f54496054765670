import { ApiError } from '@runtape/server/plugins';
import { type GithubErrorCode, githubErrorStatus } from '../contract/errors.ts';

/** Makes an error of the plugin for a client. */
export function githubError(code: GithubErrorCode, message: string): ApiError {
  return new ApiError(code, message, { status: githubErrorStatus[code] });
}
