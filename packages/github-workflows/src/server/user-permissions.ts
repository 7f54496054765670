import type { ApiContext } from '@runtape/server/plugins';
import { type Permission, permits } from '../contract/permission.ts';
import { githubError } from './github-error.ts';

/** Who may do what. Default: no one if there are accounts, otherwise everyone. */
export interface PermissionSettings {
  /** Who may post comments to GitHub. */
  readonly post?: Permission | undefined;
  /** Who may use private repositories, read with the server's token. */
  readonly readPrivate?: Permission | undefined;
  /** Who may choose other models than the server's. */
  readonly chooseModel?: Permission | undefined;
}

/** What the client of a request may do. */
export interface Permissions {
  readonly post: boolean;
  readonly readPrivate: boolean;
  readonly chooseModel: boolean;
  /** Whether folders on the server's machine may be targets; with accounts, only if `seesAll`. */
  readonly readFolders: boolean;
}

/** The settings for deciding permissions. */
export interface AccessSettings {
  readonly permissions: PermissionSettings;
  /** Whether folders on this machine may be targets at all. */
  readonly allowLocal: boolean;
}

/** The client of a request. */
export type RequestAccess = Pick<ApiContext, 'identity' | 'accounts'>;

export function permissionsOf(
  { permissions, allowLocal }: AccessSettings,
  { identity, accounts }: RequestAccess,
): Permissions {
  const who = { userId: identity.userId, hasAccounts: accounts !== null };
  return {
    post: permits(permissions.post, who),
    readPrivate: permits(permissions.readPrivate, who),
    chooseModel: permits(permissions.chooseModel, who),
    readFolders: allowLocal && identity.seesAll,
  };
}

/** @throws ApiError `post_not_allowed`. */
export function requirePost(settings: AccessSettings, ctx: RequestAccess): void {
  if (permissionsOf(settings, ctx).post) return;
  throw githubError(
    'post_not_allowed',
    'You may not post to GitHub here. Copy the draft and post it yourself, or ask whoever runs the server to name you in MAY_POST.',
  );
}

/** @throws ApiError `model_not_allowed`. */
export function requireChooseModel(settings: AccessSettings, ctx: RequestAccess): void {
  if (permissionsOf(settings, ctx).chooseModel) return;
  throw githubError(
    'model_not_allowed',
    'You may not choose models here. Leave them out, or ask whoever runs the server to name you in MAY_CHOOSE_MODEL.',
  );
}
