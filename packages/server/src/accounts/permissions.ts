import { type Permission, permits } from '@runtape/events';
import type { Accounts } from './accounts.ts';
import type { Identity } from './identity.ts';
import { ApiError } from '../errors/api-error.ts';

/** Whom what is allowed. Left out, nobody; on a server without accounts, whoever reaches it. */
export interface PermissionSettings {
  /** Posting comments to GitHub. */
  readonly post?: Permission | undefined;
  /** Having private repositories read with the server's token. */
  readonly readPrivate?: Permission | undefined;
  /** Naming other models than the server's. */
  readonly chooseModel?: Permission | undefined;
}

/** What whoever asks may do. */
export interface Permissions {
  readonly post: boolean;
  readonly readPrivate: boolean;
  readonly chooseModel: boolean;
  /**
   * Having folders of the server's machine read. With accounts for those who see everything: what
   * is there is nobody else's business.
   */
  readonly readFolders: boolean;
}

/** What permissions follow from. */
export interface PermissionContext {
  readonly identity: Identity;
  /** `null`: anyone who reaches the server may use it. */
  readonly accounts: Accounts | null;
  readonly permissions: PermissionSettings;
  /** Whether folders of this machine may be targets at all. */
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
