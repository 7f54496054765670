import { workflowIdSchema } from '@runtape/events';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { EVERYBODY } from '../src/accounts/identity.ts';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { sessionRoutes } from '../src/accounts/session-routes.ts';

const secret = 'a secret of at least thirty-two characters';
const workflowId = workflowIdSchema.parse('wf_0123456789abcdef');
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 15, 12);
const accounts = createJwtAccounts({ secret, now: () => NOW });
const routes = sessionRoutes(accounts, {
  identify: (request) => accounts.identify(request),
  now: () => NOW,
});

async function tokenOf(sub: string): Promise<string> {
  const jwt = new SignJWT({ sub, name: 'Ann' }).setProtectedHeader({ alg: 'HS256' });
  return await jwt.setExpirationTime((NOW + HOUR) / 1000).sign(new TextEncoder().encode(secret));
}

async function post(body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return await routes.request('/', { method: 'POST', headers, body: JSON.stringify(body) });
}

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

test('C8: who signs in on the page is known by a cookie from then on, until they sign out', async () => {
  const signedIn = await post({ token: await tokenOf('ann') });
  const who = {
    accounts: true,
    signedIn: true,
    user: { id: 'ann', name: 'Ann' },
    expiresInMs: HOUR,
  };

  expect(await signedIn.json()).toEqual(who);
  const cookie = cookieOf(signedIn);
  expect(await (await routes.request('/', { headers: { cookie } })).json()).toEqual(who);
  const signedOut = await routes.request('/', { method: 'DELETE' });
  expect(signedOut.status).toBe(204);
  expect(signedOut.headers.get('set-cookie')).toMatch(/^runtape_session=; .*Max-Age=0/);
});

test('C8: nobody is signed in without a session, nor with one that is no good', async () => {
  for (const headers of [{}, { cookie: 'runtape_session=nonsense' }]) {
    expect(await (await routes.request('/', { headers })).json()).toEqual({
      accounts: true,
      signedIn: false,
      user: null,
    });
  }
});

test('A11: a shared link becomes a cookie that shows its workflow', async () => {
  const { token } = await accounts.share(workflowId, { forMs: 60_000 });
  const taken = await post({ share: token });

  expect(await taken.json()).toEqual({ workflowId });
  const request = new Request('http://127.0.0.1/', { headers: { cookie: cookieOf(taken) } });
  expect((await accounts.identify(request)).shared).toEqual(new Set([workflowId]));
});

test('E9: the page is told how long workflows are kept, so that it can say why one is gone', async () => {
  const open = sessionRoutes(null, {
    identify: async () => EVERYBODY,
    now: () => NOW,
    keptDays: 7,
  });

  expect(await (await open.request('/')).json()).toMatchObject({ keptDays: 7 });
});

test('C8: on a server without accounts everybody is in already', async () => {
  const open = sessionRoutes(null, { identify: async () => EVERYBODY, now: Date.now });

  expect(await (await open.request('/')).json()).toEqual({
    accounts: false,
    signedIn: true,
    user: null,
  });
});
