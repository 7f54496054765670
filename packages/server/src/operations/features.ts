import { operations } from '@runtape/contract';
import { permissionsOf } from '../accounts/permissions.ts';
import { requireUser } from '../accounts/require-user.ts';
import { implement } from '../http/operation.ts';

export const features = implement(operations.features, (ctx) => {
  requireUser(ctx);
  const may = permissionsOf(ctx);
  return {
    folders: may.readFolders,
    posting: may.post && ctx.canPost,
    postingObstacle: obstacleOf(may.post, ctx.canPost),
    privateRepositories: may.readPrivate,
    models: may.chooseModel,
    githubHost: ctx.githubHost,
  };
});

function obstacleOf(mayPost: boolean, canPost: boolean) {
  if (!mayPost) return 'post_not_allowed' as const;
  return canPost ? null : ('post_needs_token' as const);
}
