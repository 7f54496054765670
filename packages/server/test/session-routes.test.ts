import { workflowIdSchema } from '@runtape/events';
import type { Hono } from 'hono';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { EVERYBODY } from '../src/accounts/identity.ts';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { toApiError } from '../src/errors/api-error.ts';
import { errorResponse } from '../src/errors/api-error.ts';
import { sessionRoutes } from '../src/http/session-routes.ts';

const secret = 'a secret of at least thirty-two characters';
const workflowId = workflowIdSchema.parse('wf_0123456789abcdef');
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 15, 12);
const accounts = createJwtAccounts({ secret, now: () => NOW });
const routes = withErrors(
  sessionRoutes(accounts, {
    identify: (request) => accounts.identify(request),
    now: () => NOW,
  }),
);

function withErrors(app: Hono): Hono {
  app.onError((error) => errorResponse(toApiError(error)));
  return app;
}

async function tokenOf(sub: string): Promise<string> {
  const jwt = new SignJWT({ sub, name: 'Ann' }).setProtectedHeader({ alg: 'HS256' });
  return await jwt.setExpirationTime((NOW + HOUR) / 1000).sign(new TextEncoder().encode(secret));
}

async function post(body: unknown, more: Record<string, string> = {}): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', ...more };
  return await routes.request('/', { method: 'POST', headers, body: JSON.stringify(body) });
}

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

test('C8: a user who signs in on the page is identified by a cookie, until they sign out', async () => {
  const signedIn = await post({ token: await tokenOf('ann') });
  const who = {
    accounts: true,
    signedIn: true,
    canShare: true,
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

test('C8: without a session, or with an invalid one, no user is signed in', async () => {
  for (const headers of [{}, { cookie: 'runtape_session=nonsense' }]) {
    expect(await (await routes.request('/', { headers })).json()).toEqual({
      accounts: true,
      canShare: true,
      signedIn: false,
      user: null,
    });
  }
});

test('A11: a shared link becomes a cookie that shows its workflow', async () => {
  const { token, until } = await accounts.share(workflowId, { forMs: 60_000 });
  const taken = await post({ share: token });

  expect(await taken.json()).toEqual({ workflowId });
  const request = new Request('http://127.0.0.1/', { headers: { cookie: cookieOf(taken) } });
  expect((await accounts.identify(request)).shared).toEqual(new Map([[workflowId, until]]));
});

test('E9: the page receives the retention time of workflows, so that it can explain why one is gone', async () => {
  const open = sessionRoutes(null, {
    identify: async () => EVERYBODY,
    now: () => NOW,
    keptDays: 7,
  });

  expect(await (await open.request('/')).json()).toMatchObject({ keptDays: 7 });
});

test('C8: on a server without accounts every user is signed in', async () => {
  const open = sessionRoutes(null, { identify: async () => EVERYBODY, now: Date.now });

  expect(await (await open.request('/')).json()).toEqual({
    accounts: false,
    canShare: false,
    signedIn: true,
    user: null,
  });
});

test('K2: another site cannot sign a visitor in or out, or make them accept a link', async () => {
  const token = await tokenOf('mallory');
  const { token: share } = await accounts.share(workflowId, { forMs: 60_000 });
  const elsewhere = [
    { 'Content-Type': 'text/plain', Origin: 'https://other.example' },
    { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://other.example' },
    { Origin: 'http://127.0.0.1:9999', 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
  ];
  for (const headers of elsewhere) {
    for (const body of [{ token }, { share }]) {
      const response = await post(body, headers);
      expect([headers, response.status]).toEqual([headers, 403]);
      expect(response.headers.has('set-cookie')).toBe(false);
    }
    expect((await routes.request('/', { method: 'DELETE', headers })).status).toBe(403);
  }
  expect((await post({ token }, { 'Content-Type': 'text/plain' })).status).toBe(415);
  expect((await post({ token }, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200);
});

test('K2: a token that does not fit into a cookie is refused, with advice', async () => {
  const token = await tokenOf('ann');
  const odd = [
    `${token.slice(0, -5)}\n${token.slice(-5)}`,
    `${token.slice(0, -5)} ${token.slice(-5)}`,
  ];
  for (const each of [...odd, `${token}; Domain=other.example`, `${token}=`, '', 'a.b']) {
    const response = await post({ token: each });
    expect([each, response.status, response.headers.has('set-cookie')]).toEqual([each, 400, false]);
  }
  const large = await new SignJWT({
    groups: Array.from({ length: 200 }, (_, n) => `group-${n}`.repeat(3)),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ann')
    .setExpirationTime((NOW + HOUR) / 1000)
    .sign(new TextEncoder().encode(secret));
  const refused = await post({ token: large });
  expect([refused.status, refused.headers.has('set-cookie')]).toEqual([413, false]);
  expect(await refused.json()).toMatchObject({ error: { code: 'token_too_long' } });
  const authorization = `Bearer ${large}`;
  const said = await routes.request('/', { headers: { authorization } });
  expect(await said.json()).toMatchObject({ signedIn: true });
});

test('K2: accepted links do not evict each other, and the cookies of a browser stay small', async () => {
  const kept = new Map<string, string>();
  for (let n = 0; n < 45; n += 1) {
    const id = workflowIdSchema.parse(`wf_${String(n).padStart(26, '0')}`);
    const { token } = await accounts.share(id, { forMs: HOUR });
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const taken = await post({ share: token }, { cookie });
    expect(taken.status).toBe(200);
    for (const set of taken.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';')[0]?.split('=') ?? [];
      if (set.includes('Max-Age=0')) kept.delete(name);
      else kept.set(name, value);
    }
  }
  const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
  const { shared } = await accounts.identify(
    new Request('http://127.0.0.1/', { headers: { cookie } }),
  );
  expect(shared.size).toBe(40);
  expect([...shared.keys()].at(-1)).toBe(`wf_${String(44).padStart(26, '0')}`);
  expect(cookie.length).toBeLessThan(4096);
});

test('K2: the cookie of a link is valid for its workflow and its time only', async () => {
  const { token, until } = await accounts.share(workflowId, { forMs: 60_000 });
  const { kept } = await accounts.takeShare(token);
  const [, signature = ''] = kept.split('.');
  const other = workflowIdSchema.parse('wf_ffffffffffffffff');
  const later = `${((until + HOUR) / 1000).toString(36)}.${signature}`;
  const cookie = `runtape_share_${other}=${kept}; runtape_share_${workflowId}=${later}`;
  const { shared } = await accounts.identify(
    new Request('http://127.0.0.1/', { headers: { cookie } }),
  );

  expect(shared.size).toBe(0);
});

test.each([
  ['http', '', 'runtape_session', 'Path=/;'],
  ['http', '/runtape', '%2Fruntape_runtape_session', 'Path=/runtape;'],
  ['https', '', '__Host-runtape_session', 'Path=/;'],
  ['https', '/a/b', '__Secure-%2Fa%2Fb_runtape_session', 'Path=/a/b;'],
])('K2: over %s the cookie of a server below %j is %s', async (scheme, basePath, name, path) => {
  const { signIn } = serverBelow(basePath, scheme);
  const set = await signIn('ann');
  expect(set.startsWith(`${name}=`)).toBe(true);
  expect(set).toContain(`; ${path}`);
  expect(set.includes('; Secure')).toBe(scheme === 'https');
});

test.each(['http', 'https'])(
  "K2: over %s the servers below several paths of one host do not sign out each other's users",
  async (scheme) => {
    const all = ['', '/a', '/a/b'].map((basePath) => serverBelow(basePath, scheme));
    // Below /a/b a browser sends the cookies of all three.
    const set = await Promise.all(all.map(({ signIn }, n) => signIn(`user ${n}`)));
    const cookie = set.map((each) => each.split(';')[0]).join('; ');
    const users = await Promise.all(all.map(({ who }) => who(cookie)));
    expect(users).toEqual(['user 0', 'user 1', 'user 2']);
  },
);

test('K2: a link is accepted for the path of its server alone', async () => {
  const at = createJwtAccounts({ secret, now: () => NOW, basePath: '/a' });
  const { token, until } = await at.share(workflowId, { forMs: 60_000 });
  const set = await serverBelow('/a', 'https').send({ share: token });
  expect(set).toContain('; Path=/a;');
  const request = new Request('https://host.example/', {
    headers: { cookie: set.split(';')[0] ?? '' },
  });
  expect((await at.identify(request)).shared).toEqual(new Map([[workflowId, until]]));
  const other = createJwtAccounts({ secret, now: () => NOW, basePath: '/b' });
  expect((await other.identify(request)).shared).toEqual(new Map());
});

interface ServerBelow {
  /** @returns the cookie that the response sets */
  readonly send: (body: unknown) => Promise<string>;
  readonly signIn: (sub: string) => Promise<string>;
  /** @returns the user of the cookies */
  readonly who: (cookie: string) => Promise<string | null>;
}

function serverBelow(basePath: string, scheme: string): ServerBelow {
  const own = createJwtAccounts({ secret, now: () => NOW, basePath });
  const app = withErrors(
    sessionRoutes(own, { identify: (request) => own.identify(request), now: () => NOW }),
  );
  const url = `${scheme}://host.example/`;
  const send = async (body: unknown): Promise<string> => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await app.request(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.headers.get('set-cookie') ?? '';
  };
  return {
    send,
    signIn: async (sub) => await send({ token: await tokenOf(sub) }),
    who: async (cookie) => (await own.identify(new Request(url, { headers: { cookie } }))).userId,
  };
}
