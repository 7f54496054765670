import { expect, test } from 'vitest';
import { readWorkerEnv } from '../src/env.ts';
import { permissionsOf } from '../src/permissions-of.ts';

const accounts = { AUTH_SECRET: 's'.repeat(32) };
const ada = { userId: 'ada', seesAll: false };
const nobody = { userId: null, seesAll: false };
const all = { post: true, readPrivate: true, chooseModel: true, readFolders: true };
const none = { post: false, readPrivate: false, chooseModel: false, readFolders: false };

test('K2: a worker grants users no special permission unless its own settings do, with or without accounts', () => {
  for (const env of [{}, accounts]) expect(permissionsOf(readWorkerEnv(env), ada)).toEqual(none);
  const env = readWorkerEnv({
    MAY_POST: 'ada',
    MAY_READ_PRIVATE: 'everybody',
    MAY_CHOOSE_MODEL: 'bob',
  });
  expect(permissionsOf(env, ada)).toEqual({ ...none, post: true, readPrivate: true });
});

test('K2: a workflow started without a user may do everything by default, unless the worker has accounts', () => {
  expect(permissionsOf(readWorkerEnv({}), nobody)).toEqual(all);
  expect(permissionsOf(readWorkerEnv(accounts), nobody)).toEqual(none);
  expect(permissionsOf(readWorkerEnv({ MAY_POST: 'nobody' }), nobody).post).toBe(false);
});

test('K2: with accounts, only users who can see everything may read local folders', () => {
  expect(permissionsOf(readWorkerEnv(accounts), { userId: 'root', seesAll: true })).toEqual({
    ...none,
    readFolders: true,
  });
});
