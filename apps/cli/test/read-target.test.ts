import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliError } from '../src/exit-code.ts';
import { readTarget, type TypedTarget } from '../src/read-target.ts';

let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'runtape-cli-'));
  await writeFile(join(cwd, 'issue.md'), '# It breaks\n\nOften.');
  await writeFile(join(cwd, 'empty.md'), ' \n');
});

afterAll(() => rm(cwd, { recursive: true }));

test.each([
  ['sample:resume', { kind: 'sample', name: 'resume' }],
  ['octo/repo#12', { kind: 'github', owner: 'octo', repo: 'repo', issueNumber: 12 }],
  [
    'https://github.com/octo/repo/issues/12',
    { kind: 'github', owner: 'octo', repo: 'repo', issueNumber: 12 },
  ],
])('%s is a target', async (target, expected) => {
  expect(await readTarget({ target }, cwd)).toEqual(expected);
});

test('the paths of an issue and of a folder are relative to the current folder', async () => {
  expect(await readTarget({ issue: 'issue.md', repo: '.' }, cwd)).toEqual({
    kind: 'local',
    issue: '# It breaks\n\nOften.',
    path: cwd,
  });
});

const wrong: readonly [TypedTarget, RegExp][] = [
  [{}, /Name an issue/],
  [{ target: 'nonsense' }, /"nonsense" is no target/],
  [{ target: 'sample:x', repo: '.' }, /not both/],
  [{ issue: 'issue.md' }, /--repo DIR/],
  [{ issue: 'gone.md', repo: '.' }, /could not be read.*Check the path/],
  [{ issue: 'empty.md', repo: '.' }, /is empty/],
  [{ issue: 'issue.md', repo: 'nowhere' }, /There is no folder/],
];

test.each(wrong)('%j is refused with the reason', async (typed, message) => {
  const error: unknown = await readTarget(typed, cwd).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CliError);
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
});
