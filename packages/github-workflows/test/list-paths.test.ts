import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { longestTurn } from '@runtape/testing/event-loop';
import { expect, test } from 'vitest';
import { listPaths } from '../src/repository/list-paths.ts';
import { scratchFolder } from './scratch-folder.ts';

const limits = { maxFiles: 1_000, maxMs: 10_000 };
const { signal } = new AbortController();

test('A6: files are listed in order, without the ignored files and the internals of git and npm', async () => {
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

test('A6: a nested .gitignore overrides those above it, and is relative to its own folder', async () => {
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

test.each(['.env', 'config/.npmrc', '.aws/config', 'secrets/prod.txt', '.ENV'])(
  'A6: %s may hold secrets and is not even named',
  async (path) => {
    await using folder = await scratchFolder({ [path]: 'secret', 'src/key.ts': '' });
    expect((await listPaths(folder.path, limits, signal)).paths).toEqual(['src/key.ts']);
  },
);

test.each([
  ['dotfiles are ignored except for those of git', '.*\n!.git*\n'],
  ['everything is ignored except for folders and some files', '*\n!*/\n!.git*\n!*.go\n!config\n'],
  ['a plain negation', '!.git\n!.GIT\n!node_modules\n'],
])('K4: %s: .git and node_modules stay hidden in any case', async (_, gitignore) => {
  await using folder = await scratchFolder({
    '.gitignore': gitignore,
    'main.go': '',
    '.git/config': '',
    'lib/.GIT/config': '',
    'sub/.git': 'gitdir: /elsewhere',
    'node_modules/a/main.go': '',
    'lib/Node_Modules/a/main.go': '',
  });
  const { paths } = await listPaths(folder.path, limits, signal);
  expect(paths).toEqual(['.gitignore', 'main.go']);
});

test('K4: where all files are tracked, .gitignore does not apply', async () => {
  await using folder = await scratchFolder({
    '.gitignore': 'build/\n*.log\n',
    'build/release.js': '',
    'a.log': '',
    '.git/config': '',
    'node_modules/a.js': '',
    'build/.env': '',
  });
  const { paths } = await listPaths(folder.path, limits, signal, { onlyTracked: true });
  expect(paths).toEqual(['.gitignore', 'a.log', 'build/release.js']);
});

test('K4: names that could be mistaken for other lines are not listed', async () => {
  await using folder = await scratchFolder({
    'a.ts': '',
    'b\nc.ts': '',
    'd\u202Etxt.exe': '',
    'e\u0007.ts': '',
    'f\u001B[31m/g.ts': '',
    'ö 🦉.ts': '',
  });
  await writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xe4])]), '');
  const { paths } = await listPaths(folder.path, limits, signal);
  expect(paths).toEqual(['a.ts', 'ö 🦉.ts']);
});

test('K1: thousands of rules and files are listed completely, and other tasks run meanwhile', async () => {
  const rules = Array.from({ length: 3_000 }, (_, n) => `*x${n}*y\n`).join('');
  const files = Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`d/f${n}.ts`, '']));
  await using folder = await scratchFolder({ ...files, '.gitignore': `${rules}*7.ts\n` });
  const patient = { maxFiles: 10_000, maxMs: Infinity };
  let found = 0;
  const held = await longestTurn(async () => {
    found = (await listPaths(folder.path, patient, signal)).paths.length;
  });
  expect(found).toBe(1_500 - 150 + 1);
  expect(held).toBeLessThan(2_000);
});

test('K1: nested folders are listed as deep as the system allows, and deeper ones are still reported', async () => {
  await using folder = await scratchFolder({ 'a.ts': '', '.gitignore': '**/b/**/c\nx/y\n' });
  const depth = Math.floor((3_900 - folder.path.length) / 2);
  const deep = join(folder.path, ...Array.from({ length: depth }, () => 'd'));
  await mkdir(deep, { recursive: true });
  for (let n = 0; n < 100; n += 1) await writeFile(join(deep, `f${n}.ts`), '');
  const patient = { maxFiles: 10_000, maxMs: Infinity };
  const held = await longestTurn(async () => {
    expect(await listPaths(folder.path, patient, signal)).toMatchObject({ isPartial: false });
  });
  expect((await listPaths(folder.path, patient, signal)).paths).toHaveLength(102);
  expect(held).toBeLessThan(2_000);
});

test('K4: a folder whose .gitignore is too large to be applied is not shown, and the list is marked as incomplete', async () => {
  await using folder = await scratchFolder({
    'a.ts': '',
    'sub/.gitignore': `${'# filler\n'.repeat(120_000)}hidden.ts\n`,
    'sub/hidden.ts': '',
  });
  expect(await listPaths(folder.path, limits, signal)).toEqual({
    paths: ['a.ts'],
    isPartial: true,
  });
});

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

test('K1: a .gitignore designed to take forever is applied in time', async () => {
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
