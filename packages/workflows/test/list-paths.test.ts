import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listPaths } from '../src/repository/list-paths.ts';
import { scratchFolder } from './scratch-folder.ts';

const limits = { maxFiles: 1_000, maxMs: 10_000 };
const { signal } = new AbortController();

test('A6: files are listed in order, without what .gitignore, git and npm keep to themselves', async () => {
  await using folder = await scratchFolder({
    'src/b.ts': '',
    'src/a.ts': '',
    'dist/a.js': '',
    'debug.log': '',
    '.git/config': '',
    'node_modules/x/index.js': '',
    'src/node_modules/y/index.js': '',
    '.gitignore': 'dist/\n*.log\n',
  });
  expect(await listPaths(folder.path, limits, signal)).toEqual({
    paths: ['.gitignore', 'src/a.ts', 'src/b.ts'],
    isPartial: false,
  });
});

test('A6: a .gitignore deeper down overrides those above it, and counts from its own folder', async () => {
  await using folder = await scratchFolder({
    '.gitignore': '*.gen.ts\n/top.txt\n',
    'a/.gitignore': '!keep.gen.ts\n/only-here.txt\n',
    'a/keep.gen.ts': '',
    'a/drop.gen.ts': '',
    'a/only-here.txt': '',
    'a/b/only-here.txt': '',
    'a/top.txt': '',
    'top.txt': '',
  });
  const { paths } = await listPaths(folder.path, limits, signal);
  expect(paths).toEqual([
    '.gitignore',
    'a/.gitignore',
    'a/b/only-here.txt',
    'a/keep.gen.ts',
    'a/top.txt',
  ]);
});

test('A6: a rule about a folder is not applied to a file of the same name', async () => {
  await using folder = await scratchFolder({ '.gitignore': 'out/\n', out: '', 'x/out/y': '' });
  const { paths } = await listPaths(folder.path, limits, signal);
  expect(paths).toEqual(['.gitignore', 'out']);
});

test('A6: links are not listed, neither to files nor to folders', async () => {
  await using outside = await scratchFolder({ 'secret.txt': 'secret', 'deep/x.txt': '' });
  await using folder = await scratchFolder({ 'real.txt': '' });
  await symlink(join(outside.path, 'secret.txt'), join(folder.path, 'file-link'));
  await symlink(join(outside.path, 'deep'), join(folder.path, 'folder-link'));
  await symlink(folder.path, join(folder.path, 'loop'));
  expect((await listPaths(folder.path, limits, signal)).paths).toEqual(['real.txt']);
});

test.each([
  '.env',
  '.env.production',
  'config/.npmrc',
  'certs/server.pem',
  'deploy/id_rsa',
  'id_ed25519',
  'tls.key',
  '.aws/config',
  'credentials.json',
  'secrets.yaml',
  'infra/prod.tfstate',
  'service-account-prod.json',
  '.ENV',
])('A6: %s may hold secrets and is not even named', async (path) => {
  await using folder = await scratchFolder({ [path]: 'secret', 'src/key.ts': '' });
  expect((await listPaths(folder.path, limits, signal)).paths).toEqual(['src/key.ts']);
});

test.each(['.env.example', 'src/credentials.ts', 'docs/secrets.md', 'src/keys/index.ts'])(
  'A6: %s is harmless and listed',
  async (path) => {
    await using folder = await scratchFolder({ [path]: '' });
    expect((await listPaths(folder.path, limits, signal)).paths).toEqual([path]);
  },
);

test('A6: a list stops at its limit and says so', async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i + 10}.ts`, '']));
  await using folder = await scratchFolder(files);
  const cut = await listPaths(folder.path, { ...limits, maxFiles: 19 }, signal);
  expect(cut.paths).toHaveLength(19);
  expect(cut.isPartial).toBe(true);
  const whole = await listPaths(folder.path, { ...limits, maxFiles: 20 }, signal);
  expect(whole.paths).toHaveLength(20);
  expect(whole.isPartial).toBe(false);
});

test('A6: a .gitignore made to take for ever is listed past in time', async () => {
  const stars = `${'*a'.repeat(30)}b\n`;
  await using folder = await scratchFolder({
    '.gitignore': stars,
    [`${'a'.repeat(200)}.ts`]: '',
  });
  expect((await listPaths(folder.path, limits, signal)).paths).toHaveLength(2);
});

test('F4: listing stops with the reason of an abort', async () => {
  await using folder = await scratchFolder({ 'a.ts': '' });
  const reason = new Error('enough');
  await expect(listPaths(folder.path, limits, AbortSignal.abort(reason))).rejects.toBe(reason);
});
