import { type ApiContext, requireUser } from '@runtape/server/plugins';
import { type AccessSettings, permissionsOf } from './user-permissions.ts';

export interface FeatureSettings extends AccessSettings {
  /** Whether comments can be posted to GitHub; a guess if the workers are on other machines. */
  readonly canPost: boolean;
  /** The host of GitHub's pages. */
  readonly githubHost: string;
}

/** Returns what the client of a request may do. @throws ApiError `unauthorized`. */
export function featuresOf(settings: FeatureSettings, ctx: ApiContext) {
  requireUser(ctx);
  const { canPost, githubHost } = settings;
  const may = permissionsOf(settings, ctx);
  return {
    folders: may.readFolders,
    posting: may.post && canPost,
    postingObstacle: obstacleOf(may.post, canPost),
    privateRepositories: may.readPrivate,
    models: may.chooseModel,
    githubHost,
  };
}

function obstacleOf(mayPost: boolean, canPost: boolean) {
  if (!mayPost) return 'post_not_allowed' as const;
  return canPost ? null : ('post_needs_token' as const);
}
