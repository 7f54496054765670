import { permissionsOf } from '../accounts/permissions.ts';
import type { ApiContext } from '../http/request-context.ts';
import { requireUser } from '../accounts/require-user.ts';

/**
 * Returns what the server allows the client, so that the page offers nothing that it would refuse.
 */
export function features(ctx: ApiContext) {
  requireUser(ctx);
  const may = permissionsOf(ctx);
  return {
    /** Whether targets may be folders of the machine that it runs on. */
    folders: may.readFolders,
    /** Whether drafts can be posted to GitHub by whoever asks, as far as the server knows. */
    posting: may.post && ctx.canPost,
    /** Why not. */
    postingObstacle: obstacleOf(may.post, ctx.canPost),
    /** Whether repositories may be private ones. */
    privateRepositories: may.readPrivate,
    /** Whether other models than the server's may be named. */
    models: may.chooseModel,
    /**
     * The host of the pages of the GitHub that is asked: URLs of other hosts name nothing there.
     */
    githubHost: ctx.githubHost,
  };
}

function obstacleOf(mayPost: boolean, canPost: boolean) {
  if (!mayPost) return 'post_not_allowed' as const;
  return canPost ? null : ('post_needs_token' as const);
}
