import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRedisServer } from '@runtape/redis';
import { expect, test } from 'vitest';
import { bareMachine, serverScript } from './bare-machine.ts';

test('REDIS_SERVER_PATH comes before PATH', async () => {
  await using machine = await bareMachine();
  await machine.add('redis-server', serverScript('7.2.4'));
  const path = await machine.add(join(machine.folder, 'mine'), serverScript('8.0.1'));
  expect(await findRedisServer({ env: { ...machine.env, REDIS_SERVER_PATH: path } })).toEqual({
    path,
    version: '8.0.1',
    reason: 'REDIS_SERVER_PATH',
  });
});

test('redis-server comes before valkey-server', async () => {
  await using machine = await bareMachine();
  const path = await machine.add('redis-server', serverScript('7.0.15'));
  await machine.add('valkey-server', serverScript('8.1.0', 'Valkey'));
  expect(await findRedisServer(machine)).toEqual({ path, version: '7.0.15', reason: 'on PATH' });
});

test('valkey-server is used if redis-server is missing or too old', async () => {
  await using machine = await bareMachine();
  const path = await machine.add('valkey-server', serverScript('8.1.0', 'Valkey'));
  expect(await findRedisServer(machine)).toMatchObject({ path, version: '8.1.0' });
  await machine.add('redis-server', serverScript('6.0.16'));
  expect(await findRedisServer(machine)).toMatchObject({ path, version: '8.1.0' });
});

test('a folder or a file that cannot be executed is not a server', async () => {
  await using machine = await bareMachine();
  await writeFile(join(machine.bin, 'redis-server'), 'not a program');
  await mkdir(join(machine.bin, 'valkey-server'));
  await expect(findRedisServer({ env: machine.env, platform: 'darwin' })).rejects.toMatchObject({
    code: 'server_not_found',
  });
});

test('a named server that does not run or is too old is an error, never skipped', async () => {
  await using machine = await bareMachine();
  await machine.add('redis-server', serverScript('7.2.4'));
  const old = await machine.add(join(machine.folder, 'old'), serverScript('6.2.14'));
  for (const path of [old, join(machine.folder, 'nothing-here')]) {
    await expect(
      findRedisServer({ env: { ...machine.env, REDIS_SERVER_PATH: path } }),
    ).rejects.toMatchObject({ code: 'server_unusable' });
  }
});

test('nothing is installed over a server that is too old', async () => {
  await using machine = await bareMachine();
  await machine.add('redis-server', serverScript('6.0.16'));
  await machine.add('apt-get', 'echo "$*" >>"$LOG"');
  await expect(
    findRedisServer({ env: machine.env, platform: 'linux', isRoot: true }),
  ).rejects.toThrow(/version 6\.0\.16 is too old/);
  expect(await machine.log()).toEqual([]);
});

test.for([
  ['darwin', 'brew install redis'],
  ['win32', 'WSL'],
  ['linux', "this system's package manager"],
] as const)('%s without apt: the error says how to get a server', async ([platform, advice]) => {
  await using machine = await bareMachine();
  const error = await findRedisServer({ env: machine.env, platform }).catch((e: unknown) => e);
  expect(error).toMatchObject({ name: 'RedisToolingError', code: 'server_not_found' });
  expect(String(error)).toContain(advice);
});
