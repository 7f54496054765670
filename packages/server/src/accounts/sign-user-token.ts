import { SignJWT } from 'jose';
import { ALL_SCOPE } from './jwt-accounts.ts';

export interface UserTokenClaims {
  readonly userId: string;
  /** The name to show. */
  readonly name?: string | undefined;
  /** Whether the user may see and change the workflows of all users. Default: false. */
  readonly seesAll?: boolean | undefined;
  /** When the token expires, in ms since 1970. */
  readonly until: number;
}

export interface SignOptions {
  /** The `AUTH_SECRET` of the server. */
  readonly secret: string;
  /** The issuer and audience that the server requires. Default: none. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** Makes a token for signing in on a server with this secret. */
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
