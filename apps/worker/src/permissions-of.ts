import { permits } from '@runtape/github-workflows/contract';
import type { StartedBy } from '@runtape/engine';
import type { WorkflowPermissions } from '@runtape/github-workflows';
import { hasAccounts } from './access-env.ts';
import type { WorkerEnv } from './env.ts';

type PermissionEnv = Pick<
  WorkerEnv,
  'AUTH_SECRET' | 'AUTH_JWKS_URL' | 'MAY_POST' | 'MAY_READ_PRIVATE' | 'MAY_CHOOSE_MODEL'
>;

/**
 * The permissions of the user who started a workflow, by the settings of this process. Without a
 * user it comes from a server without accounts, where everything is allowed, unless this process
 * has accounts.
 */
export function permissionsOf(
  env: PermissionEnv,
  { userId, seesAll }: StartedBy,
): WorkflowPermissions {
  const user = { userId, hasAccounts: hasAccounts(env) };
  return {
    post: permits(env.MAY_POST, user),
    readPrivate: permits(env.MAY_READ_PRIVATE, user),
    chooseModel: permits(env.MAY_CHOOSE_MODEL, user),
    readFolders: seesAll || (userId === null && !user.hasAccounts),
  };
}
