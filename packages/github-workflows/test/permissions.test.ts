import type { StartRequest } from '@runtape/engine';
import { isTerminal, type WorkflowEvent } from '@runtape/events';
import { expect, test } from 'vitest';
import type { WorkflowPermissions } from '../src/index.ts';
import { openHarness, type Harness } from './harness.ts';

const issues = [{ number: 7, title: 'It breaks', body: 'Here.' }];
const files = { 'src/pool.ts': 'export const size = 4711;\n' };
const repositories = [
  { owner: 'acme', repo: 'open', files, issues },
  { owner: 'acme', repo: 'secret', files, issues, private: true },
];
const nothing: WorkflowPermissions = {
  post: false,
  readPrivate: false,
  chooseModel: false,
  readFolders: false,
};

async function run(
  harness: Harness,
  request: Pick<StartRequest, 'workflow' | 'input'>,
  owner: Pick<StartRequest, 'owner' | 'ownerSeesAll'> = { owner: 'ben' },
): Promise<{ code: string; events: readonly WorkflowEvent[] }> {
  const summary = { title: 'A test', target: 'github' };
  const { workflowId } = await harness.starter.start({ ...request, ...owner, summary });
  const events = await harness.ended(workflowId);
  const last = events.find((event) => isTerminal(event));
  return {
    events,
    code: last?.type === 'workflow:failed' ? last.data.error.code : (last?.type ?? ''),
  };
}

const commentOn = (repo: string, post = false) => ({
  workflow: 'commentOnIssue',
  input: { target: { kind: 'github', owner: 'acme', repo, issueNumber: 7 }, post },
});
const askAbout = (target: object) => ({
  workflow: 'askRepository',
  input: { question: 'What is the size?', history: [], target: { ...target } },
});
const requested = (harness: Harness, part: string) =>
  harness.github.requests.filter(({ path }) => path.includes(part)).map(({ path }) => path);

test('K2: a private repository is not read for a user without permission, and looks like a missing one', async () => {
  await using harness = await openHarness({ github: { repositories } });
  const github = { kind: 'github', owner: 'acme' };

  expect((await run(harness, commentOn('secret'))).code).toBe('private_not_allowed');
  const hidden = await run(harness, askAbout({ ...github, repo: 'secret' }));
  const missing = await run(harness, askAbout({ ...github, repo: 'nothing' }));
  expect([hidden.code, missing.code]).toEqual(['private_not_allowed', 'private_not_allowed']);
  expect(JSON.stringify(hidden.events)).not.toContain('4711');
  expect(new Set(requested(harness, '/repos/'))).toEqual(
    new Set(['/repos/acme/secret', '/repos/acme/nothing']),
  );
  expect((await run(harness, commentOn('open'))).code).toBe('workflow:completed');
});

test('K2: private repositories are read for users with permission, and for all users without accounts', async () => {
  const mayDo = ({ userId }: { userId: string | null }) => ({
    ...nothing,
    readPrivate: userId !== 'ben',
  });
  await using harness = await openHarness({ github: { repositories }, changes: { mayDo } });

  expect((await run(harness, commentOn('secret'), { owner: 'ada' })).code).toBe(
    'workflow:completed',
  );
  expect((await run(harness, commentOn('secret'), {})).code).toBe('workflow:completed');
  expect((await run(harness, commentOn('secret'))).code).toBe('private_not_allowed');
});

test('K2: a repository is not read when GitHub does not say whether it is private', async () => {
  await using harness = await openHarness({ github: { repositories } });
  harness.github.answer(
    { path: '/repos/acme/open' },
    ...Array.from({ length: 12 }, () => ({ status: 200, message: 'odd' })),
  );

  expect((await run(harness, commentOn('open'))).code).not.toBe('workflow:completed');
  expect(requested(harness, '/issues/')).toEqual([]);
});

test('K2: nothing is posted for a user without permission, however it was started', async () => {
  await using harness = await openHarness({ github: { repositories } });
  const target = { owner: 'acme', repo: 'open', issueNumber: 7 };
  const post = {
    workflow: 'postComment',
    input: {
      target: { kind: 'github', ...target },
      body: 'Hello',
      draftedBy: 'wf_0000000000drafter',
    },
  };

  expect((await run(harness, commentOn('open', true))).code).toBe('post_not_allowed');
  expect((await run(harness, post)).code).toBe('post_not_allowed');
  expect(harness.github.comments(target)).toEqual([]);
  expect(harness.github.requests.some(({ method }) => method !== 'GET')).toBe(false);
});

test('K2: a user without permission cannot choose a model', async () => {
  await using harness = await openHarness();
  const input = { target: { kind: 'sample', name: 'disk-full' }, models: { writer: 'dear' } };

  expect((await run(harness, { workflow: 'reviewIssue', input })).code).toBe('model_not_allowed');
});

test('K2: a folder is read for users who see everything, and refused otherwise', async () => {
  const mayDo = ({ seesAll }: { seesAll: boolean }) => ({ ...nothing, readFolders: seesAll });
  await using harness = await openHarness({ changes: { mayDo } });
  await harness.scratch.write({ 'notes.md': '# The size\n\nIt is 4711.\n' });
  const question = askAbout({ kind: 'local', path: harness.scratch.path });

  expect((await run(harness, question)).code).toBe('local_not_allowed');
  const allowed = await run(harness, question, { owner: 'root', ownerSeesAll: true });
  expect(allowed.code).toBe('workflow:completed');
});
