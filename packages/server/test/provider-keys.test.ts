import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { ApiError } from '../src/errors/api-error.ts';
import { startApi } from './start-api.ts';
import { startProvider } from './start-provider.ts';

const named = { issuer: 'https://identity.example/', audience: 'runtape' };
const secret = 'a secret of at least thirty-two characters';
const MINUTE = 60_000;

async function makeKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const sign = async (claims: object = {}, header: object = {}) =>
    await new SignJWT({ sub: 'ada', iss: named.issuer, aud: named.audience, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid, ...header })
      .setExpirationTime('30d')
      .sign(privateKey);
  return { jwk, publicKey, sign };
}

async function setUp() {
  const key = await makeKey('one');
  const provider = await startProvider({ keys: [key.jwk] });
  const clock = { now: Date.now() };
  const errors: unknown[] = [];
  const accounts = createJwtAccounts({
    provider: { ...named, jwksUrl: provider.url, onError: (error) => errors.push(error) },
    now: () => clock.now,
  });
  const codeOf = async (token: string): Promise<string> =>
    await accounts.signIn(token).then(
      ({ userId }) => userId ?? '',
      (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
    );
  return {
    key,
    provider,
    clock,
    errors,
    accounts,
    codeOf,
    [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
  };
}

test('K2: while the identity provider is unavailable no token is reported as invalid', async () => {
  await using t = await setUp();
  const token = await t.key.sign();
  t.provider.state.isAway = true;

  await expect(t.accounts.signIn(token)).rejects.toMatchObject({
    code: 'identity_provider_unavailable',
    retryAfterSeconds: 5,
  });
  expect(t.errors).toHaveLength(1);
  t.provider.state.isAway = false;
  expect(await t.codeOf(token)).toBe('ada');
});

test('K2: a response other than a key set counts as no response', async () => {
  await using t = await setUp();
  t.provider.state.keys = { error: 'maintenance' };

  expect(await t.codeOf(await t.key.sign())).toBe('identity_provider_unavailable');
});

test('K2: known keys keep working while the provider is unavailable, but not forever', async () => {
  await using t = await setUp();
  const token = await t.key.sign();
  expect(await t.codeOf(token)).toBe('ada');
  t.provider.state.isAway = true;

  t.clock.now += 60 * MINUTE;
  expect(await t.codeOf(token)).toBe('ada');
  t.clock.now += 25 * 60 * MINUTE;
  expect(await t.codeOf(token)).toBe('identity_provider_unavailable');
});

test('K2: a provider that stopped responding delays no user whose key is known', async () => {
  await using t = await setUp();
  const token = await t.key.sign();
  expect(await t.codeOf(token)).toBe('ada');
  t.clock.now += 11 * MINUTE;
  t.provider.state.isAway = true;
  expect(await t.codeOf(token)).toBe('ada');
  t.provider.state.hangs = true;

  const { requests } = t.provider.state;
  expect(await t.codeOf(token)).toBe('ada');
  await expect.poll(() => t.provider.state.requests).toBe(requests + 1);
});

test('K2: a new key of the provider works immediately, and a withdrawn one does not work for long', async () => {
  await using t = await setUp();
  const [old, next] = [t.key, await makeKey('two')];
  expect(await t.codeOf(await old.sign())).toBe('ada');
  t.provider.state.keys = { keys: [next.jwk] };

  expect(await t.codeOf(await next.sign())).toBe('ada');
  expect(await t.codeOf(await old.sign())).toBe('unauthorized');
});

test('K2: made-up key ids do not make the server query the provider without limit', async () => {
  await using t = await setUp();
  const stranger = await makeKey('made up');

  for (let n = 0; n < 40; n += 1) await t.codeOf(await stranger.sign({}, { kid: `made-up-${n}` }));
  expect(t.provider.state.requests).toBeLessThanOrEqual(13);
  expect(await t.codeOf(await t.key.sign())).toBe('ada');
});

test('K2: without a secret, tokens that claim to be signed with one are refused, and so are tokens for another audience', async () => {
  await using t = await setUp();
  const hmac = async (key: string) =>
    await new SignJWT({ sub: 'ada', iss: named.issuer, aud: named.audience })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(key));

  expect(await t.codeOf(await hmac(JSON.stringify(t.key.jwk)))).toBe('unauthorized');
  expect(await t.codeOf(await hmac(secret))).toBe('unauthorized');
  expect(await t.codeOf(await t.key.sign({ aud: 'another program' }))).toBe('unauthorized');
  expect(await t.codeOf(await t.key.sign({ iss: 'https://elsewhere.example/' }))).toBe(
    'unauthorized',
  );
  expect(await t.codeOf(await t.key.sign({ sub: '' }))).toBe('unauthorized');
});

test('K2: over HTTP an unavailable provider is 503 with a retry time, on every API', async () => {
  await using t = await setUp();
  await using api = startApi({ accounts: t.accounts });
  t.provider.state.isAway = true;
  const headers = { authorization: `Bearer ${await t.key.sign()}` };

  for (const path of ['/api/workflows', '/api/session', '/trpc/workflow.list']) {
    const response = await api.api.fetch(new Request(`http://127.0.0.1${path}`, { headers }));
    expect([path, response.status, response.headers.get('retry-after')]).toEqual([path, 503, '5']);
  }
});

test('K2: links cannot be shared without a secret to sign them', async () => {
  await using t = await setUp();

  expect(t.accounts.canShare).toBe(false);
  await expect(t.accounts.takeShare('a.b.c')).rejects.toMatchObject({
    code: 'sharing_unavailable',
  });
});
