import { z } from 'zod';
import { pageUrl } from '../page-url.ts';

const sessionSchema = z.object({
  /** Whether the server has accounts. */
  accounts: z.boolean(),
  canShare: z.boolean(),
  signedIn: z.boolean(),
  user: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** How long the session lasts from now on. */
  expiresInMs: z.number().optional(),
  keptDays: z.number().optional(),
});

export type SessionInfo = z.infer<typeof sessionSchema>;

const sharedSchema = z.object({ workflowId: z.string() });
const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A refusal, with the server's message. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused';
}

/** @throws SessionRefused; TypeError when there is no answer. */
export async function readSession(): Promise<SessionInfo> {
  return sessionSchema.parse(await send('GET'));
}

/** @throws SessionRefused when the token is invalid; TypeError when there is no answer. */
export async function signIn(token: string): Promise<SessionInfo> {
  return sessionSchema.parse(await send('POST', { token }));
}

/**
 * Accepts a link to one workflow.
 * @throws SessionRefused when it is invalid or has expired.
 */
export async function takeShare(share: string): Promise<void> {
  sharedSchema.parse(await send('POST', { share }));
}

export async function signOut(): Promise<void> {
  await send('DELETE');
}

async function send(method: 'GET' | 'POST' | 'DELETE', body?: object): Promise<unknown> {
  const response = await fetch(pageUrl('/api/session'), {
    method,
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (response.status === 204) return null;
  const said: unknown = await response.json().catch(() => null);
  if (response.ok) return said;
  const refusal = refusalSchema.safeParse(said);
  throw new SessionRefused(
    refusal.success ? refusal.data.error.message : `The server answered with ${response.status}.`,
  );
}
