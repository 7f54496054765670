import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SharedRepositories } from '../src/repository/shared-repositories.ts';
import { createSearchText } from '../src/tools/search-text.ts';
import { ToolBox, type ToolOutcome } from '../src/tools/tool-box.ts';
import { scratchFolder } from './scratch-folder.ts';

const { signal } = new AbortController();

async function callIn(
  root: string,
): Promise<(name: string, input: unknown) => Promise<ToolOutcome>> {
  const repository = await new SharedRepositories().open(root, signal);
  const box = new ToolBox();
  return (name, input) => box.call(name, input, { repository, signal });
}

test('A6: tools are offered with a JSON schema of their arguments', () => {
  const offers = new ToolBox().offers;
  expect(offers.map(({ name }) => name)).toEqual(['list_files', 'search_text', 'read_file']);
  expect(offers[2]?.parameters).toMatchObject({
    type: 'object',
    required: ['path'],
    properties: { path: { type: 'string' }, startLine: { type: 'integer' } },
  });
});

test.each([
  ['an unknown tool', 'drop_table', {}, 'There is no such tool'],
  ['arguments of the wrong type', 'search_text', { query: 7 }, 'query'],
  ['text instead of arguments', 'read_file', '{"path": ', 'not right'],
])('A6: %s is an answer for the model, not a failure', async (_, name, input, words) => {
  await using folder = await scratchFolder({ 'a.ts': '' });
  const call = await callIn(folder.path);
  const outcome = await call(name, input);
  expect(outcome.ok).toBe(false);
  expect(outcome.output).toMatch(/^Error: /);
  expect(outcome.output).toContain(words);
});

test('A6: list_files takes a folder, a name and a glob', async () => {
  await using folder = await scratchFolder({
    'a.ts': '',
    'lib/a.ts': '',
    'lib/b.md': '',
    'lib/deep/c.test.ts': '',
  });
  const call = await callIn(folder.path);
  const list = async (glob?: string): Promise<string> =>
    (await call('list_files', { glob })).output;
  expect(await list()).toBe('a.ts\nlib/a.ts\nlib/b.md\nlib/deep/c.test.ts');
  expect(await list('lib')).toBe('lib/a.ts\nlib/b.md\nlib/deep/c.test.ts');
  expect(await list('a.ts')).toBe('a.ts\nlib/a.ts');
  expect(await list('lib/**/*.ts')).toBe('lib/a.ts\nlib/deep/c.test.ts');
  expect(await list('*.rs')).toBe('No file matches.');
  expect(await list('!*')).toBe('No file matches.');
  expect(await list('*a'.repeat(9))).toBe('No file matches.');
  expect(await list('lib/*/')).toBe('lib/deep/c.test.ts');
  expect(await list('[a-c].{ts,md}')).toBe('No file matches.');
  expect(await list('?.[mt][ds]')).toBe('a.ts\nlib/a.ts\nlib/b.md');
});

test('A6: list_files shows a limited number of files and says how many more there are', async () => {
  const files = Object.fromEntries(Array.from({ length: 350 }, (_, i) => [`deep/f${i}.ts`, '']));
  await using folder = await scratchFolder({ ...files, 'near.ts': '' });
  const call = await callIn(folder.path);
  const { output, summary } = await call('list_files', {});
  expect(summary).toBe('351 files');
  expect(output.split('\n')).toHaveLength(301);
  expect(output.startsWith('near.ts\n')).toBe(true);
  expect(output.endsWith('(and 51 more; narrow the glob)')).toBe(true);
});

test('A6: search_text is literal, ignores case, and names path and line', async () => {
  await using folder = await scratchFolder({
    'a.ts': 'one\nTwo (x+)\nthree',
    'b/c.ts': 'x\r\n  two (X+) here\r\n',
    'd.ts': 'two xx',
  });
  const call = await callIn(folder.path);
  expect(await call('search_text', { query: 'two (x+)' })).toEqual({
    ok: true,
    summary: '2 matches in 2 files',
    output: 'a.ts:2: Two (x+)\nb/c.ts:2: two (X+) here',
  });
  expect((await call('search_text', { query: 'two', glob: 'b' })).summary).toBe(
    '1 match in 1 file',
  );
  expect((await call('search_text', { query: '.*' })).summary).toBe('no match');
});

test('A6: search_text skips binaries, secrets and ignored files', async () => {
  await using folder = await scratchFolder({
    'image.png': Buffer.from('needle\0needle'),
    '.env': 'TOKEN=needle',
    'dist/out.js': 'needle',
    '.gitignore': 'dist',
    'src/a.ts': 'needle',
  });
  const call = await callIn(folder.path);
  expect((await call('search_text', { query: 'needle' })).output).toBe('src/a.ts:1: needle');
});

test('A6: with many matches, fewer per file are shown, together with their number', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`f${i + 10}.ts`, 'needle\n'.repeat(20)]),
  );
  await using folder = await scratchFolder({ ...files, 'z.ts': 'one needle' });
  const call = await callIn(folder.path);
  const { output, summary } = await call('search_text', { query: 'needle' });
  const lines = output.split('\n');
  expect(summary).toBe('601 matches in 31 files');
  expect(lines.filter((line) => line.startsWith('f10.ts:'))).toEqual([
    'f10.ts:1: needle',
    'f10.ts:2: needle',
  ]);
  expect(lines.slice(-2)).toEqual(['z.ts:1: one needle', '(61 of 601 matches shown)']);
});

test('A6: search_text stops at its limits and says so', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`f${i + 10}.ts`, 'needle\n'.repeat(20)]),
  );
  await using folder = await scratchFolder(files);
  const repository = await new SharedRepositories().open(folder.path, signal);
  const limits = {
    maxShown: 10,
    maxShownPerFile: 3,
    maxMatches: 10_000,
    maxFileBytes: 1_000,
    maxBytes: 1_000_000,
    maxMs: 10_000,
  };
  const run = (changed: Partial<typeof limits>): Promise<{ output: string; summary: string }> =>
    createSearchText({ ...limits, ...changed }).run({ query: 'needle' }, { repository, signal });
  expect((await run({})).output.split('\n')).toHaveLength(11);
  expect(await run({ maxMatches: 300 })).toMatchObject({
    summary: 'at least 320 matches in 16 files',
    output: expect.stringContaining('(stopped after 320 matches; narrow the search)'),
  });
  expect((await run({ maxMs: -1 })).output).toContain('because it took too long');
  expect((await run({ maxBytes: 100 })).output).toContain('after much text');
  expect((await run({ maxFileBytes: 10 })).output).toBe('Nothing found.');
});

test('A6: a match in a line of a megabyte is shown with its surroundings', async () => {
  await using folder = await scratchFolder({
    'a.js': `${'x'.repeat(400_000)} needle ${'y'.repeat(400_000)}`,
  });
  const call = await callIn(folder.path);
  const { output } = await call('search_text', { query: 'needle' });
  expect(output).toContain('needle');
  expect(output.length).toBeLessThan(300);
});

test('A6: read_file numbers the requested lines', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'one\ntwo\nthree\nfour\n' });
  const call = await callIn(folder.path);
  expect(await call('read_file', { path: './a.ts', startLine: 2, endLine: 3 })).toEqual({
    ok: true,
    summary: 'lines 2-3 of 4',
    output: '2\ttwo\n3\tthree',
    read: { path: 'a.ts', from: 2, to: 3 },
  });
  expect((await call('read_file', { path: 'a.ts', startLine: 9 })).output).toBe(
    'Error: a.ts has 4 lines; ask for some of those.',
  );
});

test('A6: read_file returns a limited range of a long file and says how to continue', async () => {
  const lines = Array.from({ length: 1_000 }, (_, i) => `line ${i + 1}`).join('\n');
  await using folder = await scratchFolder({
    'long.ts': lines,
    'wide.ts': `${'w'.repeat(50_000)}\nend`,
    'fat.ts': `${'f'.repeat(900)}\n`.repeat(300),
    'huge.ts': 'h'.repeat(2_000_001),
  });
  const call = await callIn(folder.path);
  const long = await call('read_file', { path: 'long.ts', startLine: 5 });
  expect(long.read).toEqual({ path: 'long.ts', from: 5, to: 404 });
  expect(long.output.endsWith('(long.ts has 1000 lines; ask for more by startLine)')).toBe(true);
  expect((await call('read_file', { path: 'wide.ts' })).output.length).toBeLessThan(1_100);
  const fat = await call('read_file', { path: 'fat.ts' });
  expect(fat.output.length).toBeLessThan(42_000);
  expect(fat.read?.to).toBe(44);
  expect((await call('read_file', { path: 'huge.ts' })).output).toContain('too large');
});

test.each([
  '../outside.txt',
  'src/../../outside.txt',
  '/etc/passwd',
  '..\\outside.txt',
  'C:/outside.txt',
])('A6: read_file does not leave the repository by %s', async (path) => {
  await using parent = await scratchFolder({ 'outside.txt': 'secret', 'repo/src/a.ts': '' });
  const call = await callIn(join(parent.path, 'repo'));
  expect((await call('read_file', { path })).output).toMatch(/^Error: Only files inside/);
});

test('A6: read_file refuses links, including those created after the repository was opened', async () => {
  await using outside = await scratchFolder({ 'x.txt': 'secret' });
  await using folder = await scratchFolder({ 'a.txt': 'a', 'lib/x.txt': 'x' });
  await symlink(join(outside.path, 'x.txt'), join(folder.path, 'link.txt'));
  const call = await callIn(folder.path);
  expect((await call('read_file', { path: 'link.txt' })).ok).toBe(false);

  await rm(join(folder.path, 'a.txt'));
  await symlink(join(outside.path, 'x.txt'), join(folder.path, 'a.txt'));
  await rm(join(folder.path, 'lib'), { recursive: true });
  await symlink(outside.path, join(folder.path, 'lib'));
  for (const path of ['a.txt', 'lib/x.txt']) {
    const { ok, output } = await call('read_file', { path });
    expect(ok).toBe(false);
    expect(output).not.toContain('secret');
  }
});

test.each(['.env', 'keys/server.pem', '.npmrc'])('A6: read_file does not show %s', async (path) => {
  await using folder = await scratchFolder({ [path]: 'the secret' });
  const call = await callIn(folder.path);
  const { ok, output } = await call('read_file', { path });
  expect(ok).toBe(false);
  expect(output).toContain('may hold secrets');
});

test('A6: read_file shows no binaries or ignored files, and reports missing ones', async () => {
  await using folder = await scratchFolder({
    'a.bin': Buffer.from([1, 0, 2]),
    'dist/a.js': 'built',
    '.gitignore': 'dist',
  });
  const call = await callIn(folder.path);
  expect((await call('read_file', { path: 'a.bin' })).output).toContain('not a text file');
  expect((await call('read_file', { path: 'dist/a.js' })).output).toContain('no file dist/a.js');
  expect((await call('read_file', { path: 'nope.ts' })).output).toContain('no file nope.ts');
});

test('A6: a file that disappeared since it was listed is an answer for the model', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'needle' });
  const call = await callIn(folder.path);
  await rm(join(folder.path, 'a.ts'));
  expect((await call('read_file', { path: 'a.ts' })).ok).toBe(false);
  expect((await call('search_text', { query: 'needle' })).output).toBe('Nothing found.');
});

test('C2: text of any script is read unchanged', async () => {
  await using folder = await scratchFolder({});
  await writeFile(join(folder.path, 'a.md'), '\uFEFFשלום 🦉 世界\n');
  const call = await callIn(folder.path);
  expect((await call('read_file', { path: 'a.md' })).output).toBe('1\tשלום 🦉 世界');
  expect((await call('search_text', { query: '世界' })).summary).toBe('1 match in 1 file');
});

test('F4: a search stops with the reason of an abort', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'needle' });
  const repository = await new SharedRepositories().open(folder.path, signal);
  const reason = new Error('enough');
  const call = new ToolBox().call(
    'search_text',
    { query: 'needle' },
    { repository, signal: AbortSignal.abort(reason) },
  );
  await expect(call).rejects.toBe(reason);
});
