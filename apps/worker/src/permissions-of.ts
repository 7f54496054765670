import type { StartedBy } from '@runtape/engine';
import { permits } from '@runtape/events';
import type { WorkflowPermissions } from '@runtape/workflows';
import { hasAccounts } from './access-env.ts';
import type { WorkerEnv } from './env.ts';

type PermissionEnv = Pick<
  WorkerEnv,
  'AUTH_SECRET' | 'AUTH_JWKS_URL' | 'MAY_POST' | 'MAY_READ_PRIVATE' | 'MAY_CHOOSE_MODEL'
>;

/**
 * What whoever started a workflow may do, by the settings of this process. One that nobody in particular started comes from a server
 * without accounts, where everybody may do everything, unless this process knows that there are accounts.
 */
export function permissionsOf(
  env: PermissionEnv,
  { userId, seesAll }: StartedBy,
): WorkflowPermissions {
  const who = { userId, hasAccounts: hasAccounts(env) };
  return {
    post: permits(env.MAY_POST, who),
    readPrivate: permits(env.MAY_READ_PRIVATE, who),
    chooseModel: permits(env.MAY_CHOOSE_MODEL, who),
    readFolders: seesAll || (userId === null && !who.hasAccounts),
  };
}
