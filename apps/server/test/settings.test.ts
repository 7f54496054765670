import { describe, expect, test } from 'vitest';
import { readServerEnv } from '../src/env.ts';
import { openAccounts } from '../src/open-accounts.ts';

const ignoreErrors = () => {};
const provider = {
  AUTH_JWKS_URL: 'https://identity.example/jwks',
  AUTH_ISSUER: 'https://identity.example/',
  AUTH_AUDIENCE: 'runtape',
};
const secret = { AUTH_SECRET: 's'.repeat(32) };

describe('K2: each setting that turns accounts on does so by itself', () => {
  test.each([
    ['a secret', secret, true],
    ['an identity provider', provider, false],
    ['both', { ...secret, ...provider }, true],
  ])('%s', (_, env, wouldShare) => {
    const accounts = openAccounts(readServerEnv(env), ignoreErrors);
    expect(accounts?.isOn).toBe(true);
    expect(accounts?.canShare).toBe(wouldShare);
  });

  test('without any, everyone who reaches the server may use it', () => {
    expect(openAccounts(readServerEnv({}), ignoreErrors)).toBeNull();
  });
});

describe('K2: invalid settings stop the start', () => {
  test.each([
    [
      'user ids without accounts',
      { MAY_POST: 'ada' },
      /MAY_POST: names users, but nobody signs in/,
    ],
    ['an origin with a path', { ALLOWED_ORIGINS: 'https://a.example/x' }, /ALLOWED_ORIGINS/],
    ['any origin', { ALLOWED_ORIGINS: '*' }, /ALLOWED_ORIGINS/],
    ['an opaque origin', { ALLOWED_ORIGINS: 'null' }, /ALLOWED_ORIGINS/],
    ['an origin without a scheme', { ALLOWED_ORIGINS: 'a.example' }, /ALLOWED_ORIGINS/],
    [
      'a host with a scheme',
      { ALLOWED_HOSTS: 'https://a.example' },
      /ALLOWED_HOSTS: must be host names/,
    ],
    [
      'a host with a port',
      { ALLOWED_HOSTS: 'a.example:8443' },
      /ALLOWED_HOSTS: must be host names/,
    ],
    ['no host', { ALLOWED_HOSTS: ',' }, /ALLOWED_HOSTS: must be host names/],
    [
      'a misspelt name for origins',
      { ALLOWED_ORIGIN: 'https://a.example' },
      /mean ALLOWED_ORIGINS\?/,
    ],
  ])('%s', (_, env, message) => {
    expect(() => readServerEnv(env)).toThrow(message);
  });

  test('origins and hosts are accepted as browsers write them', () => {
    const env = { ALLOWED_ORIGINS: 'http://localhost:5173, https://App.example.com' };
    expect(readServerEnv(env).ALLOWED_ORIGINS).toEqual([
      'http://localhost:5173',
      'https://app.example.com',
    ]);
    expect(readServerEnv({ ...secret, MAY_POST: 'ada' }).MAY_POST).toEqual(['ada']);
  });
});
