import { SignJWT } from 'jose';
import { ALL_SCOPE } from './jwt-accounts.ts';

export interface UserTokenClaims {
  readonly userId: string;
  /** For a person. */
  readonly name?: string | undefined;
  /** Lets the user see and change the workflows of everybody. Default: false. */
  readonly seesAll?: boolean | undefined;
  /** In ms since 1970. */
  readonly until: number;
}

export interface SignOptions {
  /** The `AUTH_SECRET` of the server. */
  readonly secret: string;
  /** What the server asks for. Default: none. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** Makes a token with which a user signs in on a server that has this secret. */
export async function signUserToken(
  { userId, name, seesAll = false, until }: UserTokenClaims,
  { secret, issuer, audience }: SignOptions,
): Promise<string> {
  const jwt = new SignJWT({
    ...(name !== undefined && { name }),
    ...(seesAll && { scope: ALL_SCOPE }),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(Math.floor(until / 1000));
  if (issuer !== undefined) jwt.setIssuer(issuer);
  if (audience !== undefined) jwt.setAudience(audience);
  return await jwt.sign(new TextEncoder().encode(secret));
}
