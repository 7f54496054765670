import { z } from 'zod';
import { pageUrl } from '../page-url.ts';

const sessionSchema = z.object({
  /** Whether people sign in on this server at all. */
  accounts: z.boolean(),
  /** Whether workflows can be shared by link. */
  canShare: z.boolean(),
  signedIn: z.boolean(),
  user: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** For how long somebody is signed in from now on. */
  expiresInMs: z.number().optional(),
  /** How many days workflows are kept after their end. */
  keptDays: z.number().optional(),
});

/** Who uses the page. */
export type SessionInfo = z.infer<typeof sessionSchema>;

const sharedSchema = z.object({ workflowId: z.string() });
const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What the server said no to, in its words. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused';
}

/** @throws SessionRefused; a TypeError when there is no answer. */
export async function readSession(): Promise<SessionInfo> {
  return sessionSchema.parse(await send('GET'));
}

/** @throws SessionRefused when the token is no good; a TypeError when there is no answer. */
export async function signIn(token: string): Promise<SessionInfo> {
  return sessionSchema.parse(await send('POST', { token }));
}

/** Takes up a link to one workflow. @throws SessionRefused when it is no good, or not any more. */
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
