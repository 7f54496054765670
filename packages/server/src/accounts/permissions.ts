import { type Permission, permits } from '@runtape/events';
import type { Accounts } from './accounts.ts';
import type { Identity } from './identity.ts';
import { ApiError } from '../errors/api-error.ts';

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

/** The input for deciding permissions. */
export interface PermissionContext {
  readonly identity: Identity;
  /** `null` if everyone who reaches the server may use it. */
  readonly accounts: Accounts | null;
  readonly permissions: PermissionSettings;
  /** Whether folders on this machine may be targets at all. */
  readonly allowLocal: boolean;
}

export function permissionsOf({
  identity,
  accounts,
  permissions,
  allowLocal,
}: PermissionContext): Permissions {
  const who = { userId: identity.userId, hasAccounts: accounts !== null };
  return {
    post: permits(permissions.post, who),
    readPrivate: permits(permissions.readPrivate, who),
    chooseModel: permits(permissions.chooseModel, who),
    readFolders: allowLocal && identity.seesAll,
  };
}

/** @throws ApiError `post_not_allowed`. */
export function requirePost(ctx: PermissionContext): void {
  if (permissionsOf(ctx).post) return;
  throw new ApiError(
    'post_not_allowed',
    'You may not post to GitHub here. Copy the draft and post it yourself, or ask whoever runs the server to name you in MAY_POST.',
  );
}

/** @throws ApiError `model_not_allowed`. */
export function requireChooseModel(ctx: PermissionContext): void {
  if (permissionsOf(ctx).chooseModel) return;
  throw new ApiError(
    'model_not_allowed',
    'You may not choose models here. Leave them out, or ask whoever runs the server to name you in MAY_CHOOSE_MODEL.',
  );
}
