import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, temporaryFolder } from '@runtape/e2e';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { createProject, type Template, templates } from '../src/index.ts';

const names: readonly Template[] = ['hono', 'express', 'next'];

test('there are no other templates', () => {
  expect(Object.keys(templates)).toEqual(names);
});

test.each(names)('a project of the template %s is named after its folder', async (template) => {
  await using folder = await temporaryFolder();
  const path = await createProject({ folder: join(folder.path, 'My Feeds!'), template });
  expect(await readdir(path)).toEqual(
    expect.arrayContaining(['.gitignore', 'package.json', 'tsconfig.json']),
  );
  const made: unknown = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  expect(made).toMatchObject({
    name: 'my-feeds',
    private: true,
    dependencies: { runtape: `^${manifest.version}` },
  });
});

test('a folder with something in it is left alone', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'app.ts'), 'mine');
  await expect(createProject({ folder: folder.path, template: 'hono' })).rejects.toMatchObject({
    code: 'folder_not_empty',
    message: expect.stringContaining('app.ts'),
  });
  expect(await readdir(folder.path)).toEqual(['app.ts']);
});

test('a new repository keeps its files', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, '.git'));
  await writeFile(join(folder.path, '.gitignore'), 'mine');
  await createProject({ folder: folder.path, template: 'hono' });
  expect(await readFile(join(folder.path, '.gitignore'), 'utf8')).toBe('mine');
  expect((await readdir(folder.path)).toSorted()).toEqual([
    '.git',
    '.gitignore',
    'app.ts',
    'package.json',
    'tsconfig.json',
  ]);
});

const create = (cwd: string, args: readonly string[]) =>
  runCommand(process.execPath, [join(import.meta.dirname, '../src/main.ts'), ...args], {
    cwd,
    env: { ...process.env, npm_config_user_agent: 'pnpm/12.0.0 node/v24.0.0' },
    timeout: 60_000,
  });

test('the command makes a project, and says how to go on', async () => {
  await using folder = await temporaryFolder();
  const made = await create(folder.path, ['feeds', '--template', 'next']);
  expect(made).toMatchObject({ ok: true });
  expect(made.stdout).toContain('  cd feeds\n  pnpm install\n  pnpm run dev\n');
  const again = await create(folder.path, ['feeds', '--template', 'next']);
  expect(again.ok).toBe(false);
  expect(again.output).toContain('Name a new folder.');
});

test.each([
  { args: ['feeds'], said: 'Choose a --template: hono, express, next.' },
  { args: ['--template', 'hono'], said: 'Name the folder to make.' },
  { args: ['feeds', '--template', 'koa'], said: 'There is no template "koa".' },
  { args: ['feeds', '--tempalte', 'hono'], said: "Unknown option '--tempalte'" },
  { args: ['feeds', 'more', '-t', 'hono'], said: 'There is one folder too many: more.' },
])('the command refuses $args', async ({ args, said }) => {
  await using folder = await temporaryFolder();
  const refused = await create(folder.path, args);
  expect(refused.ok).toBe(false);
  expect(refused.output).toContain(said);
  expect(await readdir(folder.path)).toEqual([]);
});

test('the command explains itself', async () => {
  const { ok, stdout } = await create(import.meta.dirname, ['--help']);
  expect(ok).toBe(true);
  for (const name of names) expect(stdout).toContain(`  ${name} `);
});
