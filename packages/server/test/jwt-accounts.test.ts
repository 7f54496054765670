import { workflowIdSchema } from '@runtape/events';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { readCookies, sessionCookie, shareCookie } from '../src/accounts/cookies.ts';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { startProvider } from './start-provider.ts';

const secret = 'a secret of at least thirty-two characters';
const workflowId = workflowIdSchema.parse('wf_0123456789abcdef');
const hour = '1h';

async function sign(claims: JWTPayload, options: { secret?: string; typ?: string } = {}) {
  const key = new TextEncoder().encode(options.secret ?? secret);
  const header = { alg: 'HS256', ...(options.typ !== undefined && { typ: options.typ }) };
  const jwt = new SignJWT(claims).setProtectedHeader(header);
  return await ('exp' in claims ? jwt : jwt.setExpirationTime(hour)).sign(key);
}

function request(headers: Record<string, string>): Request {
  return new Request('http://127.0.0.1/trpc', { headers });
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => null,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

test('C8: a valid token identifies its user, in a header or a cookie', async () => {
  const accounts = createJwtAccounts({ secret });
  const token = await sign({ sub: 'ann', name: 'Ann' });
  const cookie = sessionCookie(token, { maxAge: 60, secure: false, basePath: '' });

  for (const headers of [{ authorization: `Bearer ${token}` }, { cookie }]) {
    expect(await accounts.identify(request(headers))).toMatchObject({
      userId: 'ann',
      name: 'Ann',
      seesAll: false,
    });
  }
});

test('C8: a request without a token is anonymous, and sees nothing', async () => {
  const accounts = createJwtAccounts({ secret });

  expect(await accounts.identify(request({}))).toEqual({
    userId: null,
    name: null,
    seesAll: false,
    shared: new Map(),
    expiresAt: null,
  });
});

test('C8: an invalid token is refused, and never treated as a missing one', async () => {
  const accounts = createJwtAccounts({ secret, issuer: 'us', audience: 'runtape' });
  const good = { sub: 'ann', iss: 'us', aud: 'runtape' };
  const bad = {
    'signed by another': await sign(good, { secret: 'another secret of thirty-two characters.' }),
    expired: await sign({ ...good, exp: 1 }),
    'without an end': await new SignJWT(good)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret)),
    'of another issuer': await sign({ ...good, iss: 'them' }),
    'for another audience': await sign({ ...good, aud: 'other' }),
    'without a user': await sign({ iss: 'us', aud: 'runtape' }),
    unsigned: new UnsecuredJWT(good).setExpirationTime(hour).encode(),
    'no token': 'abc',
  };

  expect(await codeOf(accounts.signIn(await sign(good)))).toBeNull();
  const taken: string[] = [];
  for (const [why, token] of Object.entries(bad)) {
    const codes = [
      await codeOf(accounts.signIn(token)),
      await codeOf(accounts.identify(request({ authorization: `Bearer ${token}` }))),
    ];
    const [signedIn] = codes;
    const isRefused = signedIn === 'unauthorized' || signedIn === 'invalid_input';
    if (!isRefused || codes[1] !== 'unauthorized') taken.push(why);
  }
  expect(taken).toEqual([]);
  const basic = accounts.identify(request({ authorization: 'Basic YTpi' }));
  expect(await codeOf(basic)).toBe('unauthorized');
});

test('C8: a scope lets a user see the workflows of all users', async () => {
  const accounts = createJwtAccounts({ secret });
  const token = await sign({ sub: 'ann', scope: 'profile runtape:all' });

  expect(await accounts.signIn(token)).toMatchObject({ userId: 'ann', seesAll: true });
});

test('C8: tokens of an identity provider are verified with the keys it publishes', async () => {
  const named = { issuer: 'https://identity.example', audience: 'runtape' };
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] };
  await using provider = await startProvider(keys);
  const accounts = createJwtAccounts({ secret, provider: { ...named, jwksUrl: provider.url } });
  const signWith = (key: typeof privateKey) =>
    new SignJWT({ sub: 'ann', iss: named.issuer, aud: named.audience })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setExpirationTime(hour)
      .sign(key);
  const other = await generateKeyPair('ES256');

  expect(await accounts.signIn(await signWith(privateKey))).toMatchObject({ userId: 'ann' });
  expect(await codeOf(accounts.signIn(await signWith(other.privateKey)))).toBe('unauthorized');
});

test('A11: a shared link shows its workflow and nothing else, until it expires', async () => {
  const clock = { now: Date.now() };
  const accounts = createJwtAccounts({ secret, now: () => clock.now });
  const { token, until } = await accounts.share(workflowId, { forMs: 60_000 });
  const taken = await accounts.takeShare(token);
  const cookie = shareCookie(workflowId, taken.kept, { maxAge: 60, secure: false, basePath: '' });

  expect(taken).toMatchObject({ workflowId, expiresAt: until });
  const shown = { userId: null, seesAll: false, shared: new Map([[workflowId, until]]) };
  expect(await accounts.identify(request({ cookie }))).toMatchObject(shown);
  clock.now = until;
  expect(await codeOf(accounts.takeShare(token))).toBe('unauthorized');
  expect((await accounts.identify(request({ cookie }))).shared.size).toBe(0);
});

test('C8: a shared link cannot sign in, and a sign-in token cannot open a workflow', async () => {
  const accounts = createJwtAccounts({ secret });
  const { token } = await accounts.share(workflowId, { forMs: 60_000 });

  expect(await codeOf(accounts.signIn(token))).toBe('unauthorized');
  const user = await sign({ sub: 'ann', workflow: workflowId });
  expect(await codeOf(accounts.takeShare(user))).toBe('unauthorized');
});

test("A11: an invalid link does not block access to the user's own workflows", async () => {
  const accounts = createJwtAccounts({ secret });
  const session = sessionCookie(await sign({ sub: 'ann' }), {
    maxAge: 60,
    secure: false,
    basePath: '',
  });
  const cookie = `${session.split(';')[0]}; runtape_share_x=nonsense`;

  expect(await accounts.identify(request({ cookie }))).toMatchObject({ userId: 'ann' });
});

test('C8: cookies are hidden from scripts, from other sites, and from unencrypted connections', () => {
  const cookie = sessionCookie('abc', { maxAge: 59.9, secure: true, basePath: '' });

  const [named, ...attributes] = cookie.split('; ');
  expect(named).toBe('__Host-runtape_session=abc');
  expect(attributes.toSorted()).toEqual([
    'HttpOnly',
    'Max-Age=59',
    'Path=/',
    'SameSite=Strict',
    'Secure',
  ]);
});

test('K2: over TLS only a cookie counts that no other host can set', () => {
  const cookie = `runtape_session=tossed; __Host-runtape_session=ours; runtape_share_${workflowId}=x`;

  expect(readCookies(request({ cookie }), '')).toEqual({
    session: 'tossed',
    shares: [{ workflowId, value: 'x' }],
  });
  const overTls = request({ cookie, 'x-forwarded-proto': 'https' });
  expect(readCookies(overTls, '')).toEqual({ session: 'ours', shares: [] });
});

test('K2: two sessions in one request are both ignored, because another party set one of them', () => {
  const cookie = 'runtape_session=a; runtape_session=b';

  expect(readCookies(request({ cookie }), '').session).toBeNull();
  expect(readCookies(request({}), '')).toEqual({ session: null, shares: [] });
});

test('K2: a page of another origin is anonymous, even when the browser sends the cookie', async () => {
  const accounts = createJwtAccounts({ secret });
  const cookie = `runtape_session=${await sign({ sub: 'ann' })}`;

  const elsewhere = request({ cookie, origin: 'http://127.0.0.1:9999' });
  expect(await accounts.identify(elsewhere)).toMatchObject({ userId: null });
  expect(await accounts.identify(request({ cookie, origin: 'null' }))).toMatchObject({
    userId: null,
  });
  const here = request({ cookie, origin: 'http://127.0.0.1' });
  expect(await accounts.identify(here)).toMatchObject({ userId: 'ann' });
});

test('K2: additional claims of an identity provider are accepted, and a scope may be a list', async () => {
  const accounts = createJwtAccounts({ secret });
  const token = await sign({ sub: 'auth0|ä, b', name: 'n'.repeat(500), scope: ['runtape:all'] });

  expect(await accounts.signIn(token)).toMatchObject({
    userId: 'auth0|ä, b',
    name: null,
    seesAll: true,
  });
});

test('K2: a token that is not valid yet is refused, with a tolerance for clock differences', async () => {
  const clock = { now: Date.now() };
  const accounts = createJwtAccounts({ secret, now: () => clock.now });
  const seconds = Math.floor(clock.now / 1000);
  const early = await sign({ sub: 'ann', nbf: seconds + 60, exp: seconds + 3600 });
  const nearly = await sign({ sub: 'ann', nbf: seconds + 3, exp: seconds + 3600 });
  const expired = await sign({ sub: 'ann', exp: seconds - 1 });

  expect(await codeOf(accounts.signIn(early))).toBe('unauthorized');
  expect(await codeOf(accounts.signIn(nearly))).toBeNull();
  expect(await codeOf(accounts.signIn(expired))).toBe('unauthorized');
});
