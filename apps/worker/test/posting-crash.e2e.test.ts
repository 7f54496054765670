import { join } from 'node:path';
import { startWorkerProcess, temporaryFolder } from '@runtape/e2e';
import { createInProcessQueue, createWorkflowStarter, type StartRequest } from '@runtape/engine';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { startFakeGitHub } from '@runtape/testing';
import { expect, test, vi } from 'vitest';

const target = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const comments = '/repos/acme/app/issues/7/comments';
const comment = { id: 'comment', method: 'POST', path: comments } as const;
const edit = { id: 'edit', method: 'PATCH', path: '/issues/comments/' } as const;

const draft = { workflow: 'commentOnIssue', input: { target, post: true } };
const byHand = {
  workflow: 'postComment',
  input: { target, body: 'It is fixed.', draftedBy: 'wf_00000000000drafter' },
};

const eventually = async (check: () => void | Promise<void>): Promise<void> => {
  await vi.waitFor(check, { interval: 20 });
};

/** GitHub, a store, and worker processes on it. */
async function openStage() {
  await using opening = new AsyncDisposableStack();
  const issue = { number: 7, title: 'drainQueue returns null', comments: [{ body: 'Me too.' }] };
  const files = { 'src/queue.ts': 'export function drainQueue() {\n  return null;\n}\n' };
  const github = opening.use(
    await startFakeGitHub({
      repositories: [{ owner: 'acme', repo: 'app', files, issues: [issue] }],
    }),
  );
  const folder = opening.use(await temporaryFolder());
  const file = join(folder.path, 'db');
  const log = opening.use(await openSqliteEventLog({ file }));
  const starter = createWorkflowStarter({ log, queue: createInProcessQueue() });
  const workers = opening.use(new AsyncDisposableStack());
  const rest = opening.move();
  return {
    github,
    log,
    start: async (request: Pick<StartRequest, 'workflow' | 'input'>) => {
      const summary = { title: 'A title', target: 'acme/app#7' };
      return (await starter.start({ ...request, summary })).workflowId;
    },
    work: async () =>
      workers.use(
        await startWorkerProcess({
          RUNTAPE_DB: file,
          RUNTAPE_CACHE: join(folder.path, 'cache'),
          LEASE_SECONDS: '1',
          DEMO_TOKENS_PER_SECOND: '5000',
          GITHUB_API_URL: github.url,
          GITHUB_TOKEN: github.token,
        }),
      ),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

test.for([
  { what: 'the placeholder', request: draft, at: comment, writes: ['POST', 'PATCH'] },
  { what: 'the draft', request: draft, at: edit, writes: ['POST', 'PATCH', 'PATCH'] },
  { what: 'the comment of a person', request: byHand, at: comment, writes: ['POST'] },
])(
  'A7: F5: after a worker is killed between the posting of $what and its recording, the next one posts no second comment',
  async ({ request, at, writes }) => {
    await using stage = await openStage();
    const { github, log } = stage;
    const answer = Promise.withResolvers<void>();
    github.holdAfter(at, answer.promise);
    const first = await stage.work();
    const workflowId = await stage.start(request);
    await eventually(() => {
      const ours = github.comments(target)[1];
      expect(ours?.versions.length).toBe(at === comment ? 1 : 2);
    });
    first.kill('SIGKILL');
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
    answer.resolve();
    await stage.work();
    await eventually(async () => expect((await log.get(workflowId))?.status).toBe('completed'));
    const { entries } = await log.read(workflowId, { after: 0, limit: 100_000 });
    const events = entries.map(({ event }) => event);
    const retrying = events.find(({ type }) => type === 'workflow:retrying');
    expect(retrying?.data).toMatchObject({ reason: { code: 'worker_lost' } });
    const [, ours, ...others] = github.comments(target);
    expect(others).toEqual([]);
    const { data } = events.at(-1) ?? {};
    expect(data).toMatchObject({
      result: { postedUrl: `https://github.com/acme/app/issues/7#issuecomment-${ours?.id}` },
    });
    expect(ours?.body).toContain(request === draft ? 'no person has checked it' : 'It is fixed.');
    const written = github.requests.filter(({ method }) => method !== 'GET');
    expect(written.map(({ method }) => method).toSorted()).toEqual(writes.toSorted());
  },
);
