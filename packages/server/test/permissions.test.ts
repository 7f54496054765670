import { workflowIdSchema } from '@runtape/events';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createJwtAccounts, signUserToken } from '../src/index.ts';
import { type ApiTestOptions, startApi } from './start-api.ts';

const secret = 'a secret of at least thirty-two characters';
const errorSchema = z.object({ error: z.object({ code: z.string() }) });
const github = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 };
const sample = { kind: 'sample', name: 'slow' };

async function startWithUsers(options: ApiTestOptions = {}) {
  const started = startApi({ accounts: createJwtAccounts({ secret }), ...options });
  const as = async (userId: string, seesAll = false) => {
    const token = await signUserToken({ userId, seesAll, until: Date.now() + 60_000 }, { secret });
    return async (path: string, body?: object): Promise<string> => {
      const response = await started.api.fetch(
        new Request(`http://127.0.0.1${path}`, {
          headers: { authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        }),
      );
      const said = errorSchema.safeParse(await response.clone().json());
      return `${response.status}${said.success ? ` ${said.data.error.code}` : ''}`;
    };
  };
  return { ...started, ada: await as('ada'), ben: await as('ben'), root: await as('root', true) };
}

const start = (workflow: string, input: object) => ({ workflow, input });
const folder = start('askRepository', { question: 'x?', target: { kind: 'local', path: '/etc' } });
const issueInFolder = start('commentOnIssue', {
  target: { kind: 'local', path: '/etc', issue: 'It breaks' },
});
const posting = start('commentOnIssue', { target: github, post: true });
const models = start('reviewIssue', { target: sample, models: { writer: 'dear' } });

test('K2: with accounts only users who see everything may use local folders', async () => {
  await using t = await startWithUsers();
  for (const body of [folder, issueInFolder]) {
    expect(await t.ada('/api/workflows', body)).toBe('403 local_not_allowed');
    expect(await t.root('/api/workflows', body)).toBe('201');
  }
  expect(await t.ada('/api/chat', { query: 'x?', target: { kind: 'local', path: '/etc' } })).toBe(
    '403 local_not_allowed',
  );
  const input = { json: { question: 'x?', target: { kind: 'local', path: '/etc' } } };
  expect(await t.ada('/trpc/startQuestion', input)).toMatch(/^403/);
});

test('K2: with accounts no user may post or choose a model without a setting, not even one who sees everything', async () => {
  await using t = await startWithUsers();
  for (const who of [t.ada, t.root]) {
    expect(await who('/api/workflows', posting)).toBe('403 post_not_allowed');
    expect(await who('/api/workflows', models)).toBe('403 model_not_allowed');
  }
  expect(await t.ada('/api/workflows', start('commentOnIssue', { target: github }))).toBe('201');
  expect(await t.ada('/api/workflows', start('reviewIssue', { target: sample, models: {} }))).toBe(
    '201',
  );
});

test('K2: a setting allows it to the named users', async () => {
  const permissions = { post: ['ada'], chooseModel: 'everybody' } as const;
  await using t = await startWithUsers({ permissions });

  expect(await t.ada('/api/workflows', posting)).toBe('201');
  expect(await t.ben('/api/workflows', posting)).toBe('403 post_not_allowed');
  expect(await t.ben('/api/workflows', models)).toBe('201');
});

test('K2: only users who may post can post a draft, even their own', async () => {
  await using t = await startWithUsers({ permissions: { post: ['ada'] } });
  const drafts = await Promise.all(
    ['ada', 'ben'].map((owner) =>
      t.log.create({
        workflowId: workflowIdSchema.parse(`wf_${owner.padStart(16, '0')}`),
        workflow: 'commentOnIssue',
        input: { target: github, post: false },
        summary: { title: 't', target: 'acme/app#7' },
        owner,
      }),
    ),
  );
  const [adas, bens] = drafts.map(({ record }) => `/api/workflows/${record.workflowId}/post`);
  expect(await t.ben(bens ?? '', { body: 'Hello' })).toBe('403 post_not_allowed');
  expect(await t.ada(adas ?? '', { body: 'Hello' })).toBe('201');
});

test('K2: permissions are reported in advance', async () => {
  const permissions = { post: 'nobody', readPrivate: 'everybody' } as const;
  await using open = startApi({ permissions });
  expect(await open.caller.features()).toMatchObject({
    folders: true,
    posting: false,
    postingObstacle: 'post_not_allowed',
    privateRepositories: true,
    models: true,
  });
});

test('K2: of two users who begin a thread concurrently one starts, and the other is refused', async () => {
  await using t = await startWithUsers();
  const body = { ...start('commentOnIssue', { target: sample }), threadId: 'talk' };
  const answers = await Promise.all([t.ada('/api/workflows', body), t.ben('/api/workflows', body)]);
  expect(answers.toSorted()).toEqual(['201', '403 not_your_thread']);
  const [first, second] = answers[0] === '201' ? [t.ada, t.ben] : [t.ben, t.ada];
  expect(await t.root('/api/workflows', body)).toBe('201');
  expect(await first('/api/workflows', body)).toBe('201');
  expect(await first('/api/threads/talk')).toBe('200');
  expect(await second('/api/threads/talk')).toBe('403 not_your_thread');
});
