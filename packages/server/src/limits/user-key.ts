/** Whom limits count for. */
export interface Requester {
  readonly identity: {
    /** `null`: nobody is signed in. */
    readonly userId: string | null;
    /** When the session ends, in ms since 1970; `null`: never. */
    readonly until: number | null;
  };
  /** Where the request comes from; tells apart those who are not signed in. */
  readonly address: string;
}

/** The name that limits count under: the user, or where nobody is signed in, the address. */
export function userKeyOf({ identity, address }: Requester): string {
  return identity.userId === null ? `at ${address}` : `user ${identity.userId}`;
}
