import type { Identity } from '../accounts/identity.ts';

/** Whom limits count for. */
export interface Asking {
  readonly identity: Identity;
  /** Where the request comes from; tells those apart who did not sign in. */
  readonly address: string;
}

/** The name that limits count under: the user, or where nobody is signed in, the address. */
export function userKeyOf({ identity, address }: Asking): string {
  return identity.userId === null ? `at ${address}` : `user ${identity.userId}`;
}
