/**
 * Whom a setting allows something: nobody, everybody who is signed in, or the users with these ids.
 */
export type Permission = 'nobody' | 'everybody' | readonly string[];

/** Who wants to do it. */
export interface PermissionSubject {
  /** `null`: whoever reaches a server without accounts. */
  readonly userId: string | null;
  /** Whether people sign in where it is decided. */
  readonly hasAccounts: boolean;
}

/**
 * Tells whether a setting allows something.
 * @param permission the setting; left out, it allows nobody, except where there are no accounts.
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
