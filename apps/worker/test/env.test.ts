import { describe, expect, test } from 'vitest';
import { EnvError, readWorkerEnv } from '../src/env.ts';
import { redisAddress } from '../src/redis-address.ts';

describe('F8: configuration alone decides how the program runs', () => {
  test('the defaults are a file, the demo model and four concurrent workflows', () => {
    expect(readWorkerEnv({})).toMatchObject({
      RUNTAPE_DB: '.runtape/runtape.db',
      WORKERS: 4,
      RETENTION_DAYS: 7,
    });
  });

  test('an empty value counts as not set', () => {
    expect(readWorkerEnv({ REDIS_URL: '', WORKERS: '' })).toMatchObject({ WORKERS: 4 });
  });

  test('cluster nodes are read as hosts and ports', () => {
    const { REDIS_CLUSTER_NODES } = readWorkerEnv({
      REDIS_CLUSTER_NODES: '127.0.0.1:7000,127.0.0.2:7001',
    });
    expect(REDIS_CLUSTER_NODES).toEqual([
      { host: '127.0.0.1', port: 7000 },
      { host: '127.0.0.2', port: 7001 },
    ]);
  });

  test('prices are read from JSON', () => {
    const prices = { tiny: { inputPerMillion: 1, outputPerMillion: 2 } };
    expect(readWorkerEnv({ MODEL_PRICES: JSON.stringify(prices) }).MODEL_PRICES).toEqual(prices);
  });
});

describe('invalid values', () => {
  test('all of them are listed at once, by name', () => {
    const read = () =>
      readWorkerEnv({
        WORKERS: 'many',
        REDIS_URL: 'http://x',
        MODEL_PRICES: '{',
        LOG_LEVEL: 'loud',
      });
    expect(read).toThrow(EnvError);
    expect(read).toThrow(/WORKERS[^]*LOG_LEVEL/);
    expect(read).toThrow(/REDIS_URL/);
    expect(read).toThrow(/MODEL_PRICES: is not JSON/);
  });

  test('no value is repeated in the message, since it may be a secret', () => {
    const read = () => readWorkerEnv({ REDIS_URL: 'http://:hunter2@host' });
    expect(read).toThrow(EnvError);
    expect(read).not.toThrow(/hunter2/);
  });
});

describe('K2: missing, partial or misspelt settings never grant access', () => {
  const secret = 's'.repeat(32);
  const jwks = { AUTH_JWKS_URL: 'https://identity.example/jwks' };
  const whole = { ...jwks, AUTH_ISSUER: 'https://identity.example/', AUTH_AUDIENCE: 'runtape' };

  test.each([
    ['a secret that is empty', { AUTH_SECRET: '' }, /AUTH_SECRET: set, but empty/],
    ['a secret of blanks', { AUTH_SECRET: ' '.repeat(40) }, /AUTH_SECRET: set, but empty/],
    ['a secret with a line break', { AUTH_SECRET: `${secret}\n` }, /AUTH_SECRET: begins or ends/],
    ['a short secret', { AUTH_SECRET: 'short' }, /AUTH_SECRET: must have at least 32/],
    ['a misspelt secret', { AUTH_SECRETE: secret }, /AUTH_SECRETE: .*mean AUTH_SECRET\?/],
    ['another misspelt secret', { AUHT_SECRET: secret }, /AUHT_SECRET: .*mean AUTH_SECRET\?/],
    ['a secret in lower case', { auth_secret: secret }, /auth_secret: .*mean AUTH_SECRET\?/],
    ['a secret with a prefix', { RUNTAPE_AUTH_SECRET: secret }, /mean AUTH_SECRET\?/],
    [
      'a misspelt secret beside a valid one',
      { AUTH_SECRET: secret, AUTH_SECRT: secret },
      /AUTH_SECRT/,
    ],
    ['a setting of another program', { AUTH_TRUST_HOST: 'true' }, /AUTH_TRUST_HOST: not a setting/],
    ['keys without an issuer', { ...whole, AUTH_ISSUER: undefined }, /AUTH_ISSUER: missing/],
    ['keys with an empty issuer', { ...whole, AUTH_ISSUER: ' ' }, /AUTH_ISSUER: missing/],
    ['keys without an audience', { ...whole, AUTH_AUDIENCE: undefined }, /AUTH_AUDIENCE: missing/],
    ['keys at an invalid URL', { ...whole, AUTH_JWKS_URL: '' }, /AUTH_JWKS_URL: set, but empty/],
    ['an issuer alone', { AUTH_ISSUER: 'https://identity.example/' }, /AUTH_ISSUER: has no effect/],
    ['an audience alone', { AUTH_AUDIENCE: 'runtape' }, /AUTH_AUDIENCE: has no effect/],
    ['a misspelt host', { ALOWED_HOSTS: 'a.example' }, /ALOWED_HOSTS: .*mean ALLOWED_HOSTS\?/],
    ['hosts that are empty', { ALLOWED_HOSTS: '' }, /ALLOWED_HOSTS: set, but empty/],
    ['a misspelt permission', { MAY_PSOT: 'nobody' }, /MAY_PSOT: .*mean MAY_POST\?/],
    ['a permission that is empty', { MAY_POST: '' }, /MAY_POST: set, but empty/],
    ['an unknown permission', { MAY_POST: 'true' }, /MAY_POST: must be nobody, everybody, or/],
    [
      'a permission that mixes both forms',
      { MAY_POST: 'ada,everybody' },
      /MAY_POST: must be nobody, everybody, or/,
    ],
    [
      'a permission in capitals',
      { MAY_POST: 'Everybody' },
      /MAY_POST: must be nobody, everybody, or/,
    ],
    ['a permission without user ids', { MAY_POST: ',' }, /MAY_POST: must be nobody, everybody, or/],
    [
      'a permission that is not a list',
      { MAY_POST: '["ada"' },
      /MAY_POST: must be nobody, everybody, or/,
    ],
  ])('%s stops the start', (_, env, message) => {
    expect(() => readWorkerEnv(env)).toThrow(EnvError);
    expect(() => readWorkerEnv(env)).toThrow(message);
    expect(() => readWorkerEnv(env)).not.toThrow(new RegExp(secret));
  });

  test('users are listed with commas, or as a JSON list where an id has special characters', () => {
    expect(readWorkerEnv({ MAY_POST: ' ada, auth0|7 ' }).MAY_POST).toEqual(['ada', 'auth0|7']);
    expect(readWorkerEnv({ MAY_POST: '["a, b","true"]' }).MAY_POST).toEqual(['a, b', 'true']);
    expect(readWorkerEnv({ MAY_POST: 'everybody' }).MAY_POST).toBe('everybody');
  });

  test('other settings that look misspelt only cause a warning, and unrelated ones do not', () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const env = {
      REDIS_ULR: 'redis://127.0.0.1',
      RUNTAPE_DATABASE: 'x',
      RUNTAPE_TOKEN: 'x',
      HOST: 'a',
      SORT: 'b',
      MAIL_HOST: 'c',
      XAUTHORITY: 'd',
      PATH: '/bin',
    };
    readWorkerEnv(env, { onWarning });
    expect(warnings).toEqual([
      'REDIS_ULR is not a setting and has no effect. Did you mean REDIS_URL?',
      'RUNTAPE_DATABASE is not a setting and has no effect.',
    ]);
  });
});

describe('K2: incomplete or conflicting Redis settings stop the start', () => {
  const at = { url: { REDIS_URL: 'redis://h' }, nodes: { REDIS_CLUSTER_NODES: 'h:1' } };
  const sentinels = { REDIS_SENTINELS: 'h:1', REDIS_MASTER_NAME: 'main' };

  test.for<[string, Record<string, string>, RegExp]>([
    ['two places', { ...at.url, ...at.nodes }, /REDIS_CLUSTER_NODES: set together with REDIS_URL/],
    ['two places', { ...at.nodes, ...sentinels }, /REDIS_SENTINELS: set together/],
    ['Sentinels without a name', { REDIS_SENTINELS: 'h:1' }, /without REDIS_MASTER_NAME/],
    ['a name without Sentinels', { REDIS_MASTER_NAME: 'main' }, /without REDIS_SENTINELS/],
    [
      'a Sentinel password without Sentinels',
      { ...at.url, REDIS_SENTINEL_PASSWORD: 'x' },
      /REDIS_SENTINELS/,
    ],
    ['a password without a Redis', { REDIS_PASSWORD: 'x' }, /REDIS_PASSWORD: has no effect/],
    ['an authority without a Redis', { REDIS_TLS_CA: 'x' }, /REDIS_TLS_CA: has no effect/],
    ['a user without a password', { ...at.nodes, REDIS_USERNAME: 'x' }, /without REDIS_PASSWORD/],
    ['a user in the URL only', { REDIS_URL: 'redis://x@h' }, /names a user without a password/],
    ['two passwords', { REDIS_URL: 'redis://:y@h', REDIS_PASSWORD: 'x' }, /Remove one of the two/],
    ['TLS beside a URL', { ...at.url, REDIS_TLS: 'on' }, /write rediss:\/\/ in REDIS_URL/],
    ['an authority without TLS', { ...at.url, REDIS_TLS_CA: 'x' }, /begins with redis:\/\//],
    ['an authority without TLS', { ...at.nodes, REDIS_TLS_CA: 'x' }, /REDIS_TLS is not on/],
    ['half a certificate', { REDIS_URL: 'rediss://h', REDIS_TLS_CERT: 'x' }, /REDIS_TLS_KEY/],
    ['half a certificate', { REDIS_URL: 'rediss://h', REDIS_TLS_KEY: 'x' }, /REDIS_TLS_CERT/],
    ['an invalid TLS value', { ...at.nodes, REDIS_TLS: 'yes' }, /REDIS_TLS/],
    ['an invalid port', { REDIS_SENTINELS: 'h:0', REDIS_MASTER_NAME: 'm' }, /1 to 65535/],
  ])('%s: %o', ([, env, expected]) => {
    expect(() => readWorkerEnv(env)).toThrow(EnvError);
    expect(() => readWorkerEnv(env)).toThrow(expected);
  });

  test.for([
    { ...at.url, REDIS_PASSWORD: 'x', REDIS_USERNAME: 'y' },
    { REDIS_URL: 'rediss://h', REDIS_TLS_CA: 'x', REDIS_TLS_CERT: 'x', REDIS_TLS_KEY: 'x' },
    { ...at.nodes, REDIS_PASSWORD: 'x', REDIS_TLS: 'on', REDIS_TLS_CA: 'x' },
    { ...sentinels, REDIS_PASSWORD: 'x', REDIS_SENTINEL_PASSWORD: 'y', REDIS_TLS: 'off' },
  ])('settings that belong together are accepted: %o', (env) => {
    expect(readWorkerEnv(env)).toMatchObject({ WORKERS: 4 });
  });
});

describe('K2: certificates of Redis', () => {
  const env = (file: string) => readWorkerEnv({ REDIS_URL: 'rediss://h', REDIS_TLS_CA: file });

  test('a missing file, or one without a certificate, stops the start and is named', () => {
    expect(() => redisAddress(env('/nowhere/ca.pem'))).toThrow(/REDIS_TLS_CA: .*ENOENT/);
    expect(() => redisAddress(env(import.meta.filename))).toThrow(/is not a PEM file/);
  });

  test('without any, the certificate authorities of Node.js are trusted', () => {
    expect(redisAddress(readWorkerEnv({ REDIS_URL: 'rediss://h' }))).toMatchObject({ tls: {} });
    expect(redisAddress(readWorkerEnv({}))).toBeNull();
  });
});
