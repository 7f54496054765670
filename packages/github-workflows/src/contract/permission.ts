/** The users that a setting permits: none, all signed-in users, or the users with these ids. */
export type Permission = 'nobody' | 'everybody' | readonly string[];

/** The user whose permission is checked. */
export interface PermissionSubject {
  /** `null` for any user of a server without accounts. */
  readonly userId: string | null;
  /** Whether the server has accounts. */
  readonly hasAccounts: boolean;
}

/**
 * Returns whether a setting permits a user.
 * @param permission the setting; `undefined` permits no user, except where there are no accounts.
 */
export function permits(
  permission: Permission | undefined,
  { userId, hasAccounts }: PermissionSubject,
): boolean {
  if (permission === undefined) return userId === null && !hasAccounts;
  if (permission === 'nobody') return false;
  if (permission === 'everybody') return true;
  return userId !== null && permission.includes(userId);
}
