import { z } from 'zod';
import { pageUrl } from '../page-url.ts';

const sessionSchema = z.object({
  /** Whether the server has accounts. */
  accounts: z.boolean(),
  canShare: z.boolean(),
  signedIn: z.boolean(),
  user: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** How long the session is still valid. */
  expiresInMs: z.number().optional(),
  keptDays: z.number().optional(),
});

export type SessionInfo = z.infer<typeof sessionSchema>;

const sharedSchema = z.object({ workflowId: z.string() });
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** The server refused a request; the message is the server's. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused';
}

/** @throws SessionRefused; TypeError when the server does not respond. */
export async function readSession(): Promise<SessionInfo> {
  return sessionSchema.parse(await send('GET'));
}

/** @throws SessionRefused when the token is invalid; TypeError when the server does not respond. */
export async function signIn(token: string): Promise<SessionInfo> {
  return sessionSchema.parse(await send('POST', { token }));
}

/**
 * Accepts a link to one workflow.
 * @throws SessionRefused when it is invalid or has expired.
 */
export async function acceptShare(share: string): Promise<void> {
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
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const refused = errorSchema.safeParse(answer);
  throw new SessionRefused(
    refused.success
      ? refused.data.error.message
      : `The server responded with HTTP ${response.status}.`,
  );
}
