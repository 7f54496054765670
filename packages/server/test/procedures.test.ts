import { makeEvent, makeToken } from '@runtape/testing';
import { TRPCError } from '@trpc/server';
import { describe, expect, test } from 'vitest';
import { post } from './requests.ts';
import { eventually } from './eventually.ts';
import { readFrames } from './read-frames.ts';
import { recordReads } from './record-reads.ts';
import { startApi } from './start-api.ts';
import { TestLog } from '@runtape/testing';

const target = { kind: 'sample', name: 'doubled' } as const;
const noSuchWorkflow = 'wf_zzzzzzzzzzzzzzzz';

/** The tRPC code and the API error code of a refused call. */
async function refusal(call: Promise<unknown>): Promise<readonly [string, string]> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TRPCError)) throw new Error('It was not refused.', { cause: error });
  return [error.code, String(Reflect.get(error.cause ?? {}, 'code'))];
}

describe('startComment', () => {
  test('starts a workflow that is listed under its title', async () => {
    await using started = startApi();
    const { workflowId, created } = await started.caller.startComment({ target });
    expect(created).toBe(true);
    const { workflows } = await started.caller.workflow.list();
    expect(workflows).toMatchObject([
      {
        workflowId,
        workflow: 'commentOnIssue',
        status: 'queued',
        title: 'Tokens arrive twice',
        target: 'sample:doubled',
        watchers: 0,
      },
    ]);
    expect(await started.log.input(workflowId)).toEqual({ target, post: false });
  });

  test('starts one workflow for one idempotency key', async () => {
    await using started = startApi();
    const first = await started.caller.startComment({ target, idempotencyKey: 'k' });
    const second = await started.caller.startComment({ target, idempotencyKey: 'k' });
    expect(second).toEqual({ workflowId: first.workflowId, created: false });
    const other = started.caller.startComment({
      target: { kind: 'sample', name: 'slow' },
      idempotencyKey: 'k',
    });
    expect(await refusal(other)).toEqual(['CONFLICT', 'idempotency_conflict']);
  });

  test('lists the existing samples when the sample is unknown', async () => {
    await using started = startApi();
    const call = started.caller.startComment({ target: { kind: 'sample', name: 'nope' } });
    await expect(call).rejects.toThrow(
      'There is no sample "nope". The samples are: doubled, slow.',
    );
    expect(await refusal(call)).toEqual(['NOT_FOUND', 'unknown_sample']);
  });

  test('refuses a local folder on a server that is not local', async () => {
    await using started = startApi({ allowLocal: false });
    const local = { kind: 'local', issue: '# It breaks', path: '/code' } as const;
    expect(await refusal(started.caller.startComment({ target: local }))).toEqual([
      'FORBIDDEN',
      'local_not_allowed',
    ]);
  });

  test('posts only to GitHub', async () => {
    await using started = startApi();
    const call = started.caller.startComment({ target, post: true });
    expect((await refusal(call))[0]).toBe('BAD_REQUEST');
  });
});

describe('D3: startQuestion', () => {
  const question = 'Where are tokens merged?';
  const github = { kind: 'github', owner: 'acme', repo: 'site' } as const;

  test('starts askRepository, by default about the code of the samples, listed under the question', async () => {
    await using started = startApi();
    const { workflowId, created } = await started.caller.startQuestion({
      question: `  ${question}\nAnd why?`,
      threadId: 'thread-1',
    });
    expect(created).toBe(true);
    const record = await started.log.get(workflowId);
    expect(record).toMatchObject({
      workflow: 'askRepository',
      threadId: 'thread-1',
      summary: { title: question, target: 'Runtape’s own code' },
    });
    expect(await started.log.input(workflowId)).toMatchObject({
      question: `${question}\nAnd why?`,
      target: { kind: 'sample' },
      history: [],
    });
    const other = await started.caller.startQuestion({ question, target: github });
    expect((await started.log.get(other.workflowId))?.summary.target).toBe('acme/site');
  });

  test('starts one workflow for one idempotency key', async () => {
    await using started = startApi();
    const first = await started.caller.startQuestion({ question, idempotencyKey: 'k' });
    const second = await started.caller.startQuestion({ question, idempotencyKey: 'k' });
    expect(second).toEqual({ workflowId: first.workflowId, created: false });
    const other = started.caller.startQuestion({ question: 'Else?', idempotencyKey: 'k' });
    expect(await refusal(other)).toEqual(['CONFLICT', 'idempotency_conflict']);
  });

  test('refuses a local folder on a server that is not local', async () => {
    await using started = startApi({ allowLocal: false });
    const local = { kind: 'local', path: '/code' } as const;
    expect(await refusal(started.caller.startQuestion({ question, target: local }))).toEqual([
      'FORBIDDEN',
      'local_not_allowed',
    ]);
  });

  test.each([
    ['an empty question', { question: ' \n' }, 'The question is empty.'],
    ['a question over the limit', { question: 'x'.repeat(4001) }, 'at most 4000 characters'],
    ['an invalid repository', { question, target: { ...github, repo: '..' } }, 'not the name'],
    ['a budget of nothing', { question, budget: {} }, 'Name the budget'],
    [
      'a history over the limit',
      { question, history: Array.from({ length: 21 }, () => ({ question, answer: 'Here.' })) },
      'history',
    ],
  ])('refuses %s before anything is started', async (_, input, says) => {
    await using started = startApi();
    const call = started.caller.startQuestion(input);
    await expect(call).rejects.toThrow(says);
    expect((await refusal(call))[0]).toBe('BAD_REQUEST');
    expect((await started.log.list({ limit: 1 })).workflows).toEqual([]);
  });
});

describe('startReview', () => {
  test('E2: starts a review that is listed under its title, with its settings and defaults', async () => {
    await using started = startApi();
    const review = { target, budget: { tokens: 1_000 }, models: { critic: 'gpt-5' } };
    const { workflowId } = await started.caller.startReview({ ...review, idempotencyKey: 'k' });
    expect((await started.caller.workflow.list()).workflows).toMatchObject([
      {
        workflowId,
        workflow: 'reviewIssue',
        title: 'Tokens arrive twice',
        target: 'sample:doubled',
      },
    ]);
    expect(await started.log.input(workflowId)).toEqual({
      ...review,
      maxIterations: 2,
      onAgentFailure: 'continue',
    });
    const again = await started.caller.startReview({ ...review, idempotencyKey: 'k' });
    expect(again).toEqual({ workflowId, created: false });
  });

  test('B5: refuses targets as startComment does', async () => {
    await using started = startApi({ allowLocal: false });
    const local = { kind: 'local', issue: '# It breaks', path: '/code' } as const;
    const nope = { kind: 'sample', name: 'nope' } as const;
    expect(await refusal(started.caller.startReview({ target: nope }))).toEqual([
      'NOT_FOUND',
      'unknown_sample',
    ]);
    expect(await refusal(started.caller.startReview({ target: local }))).toEqual([
      'FORBIDDEN',
      'local_not_allowed',
    ]);
  });

  test.each([
    [{ budget: { usd: 0 } }, 'A budget is more than 0 dollars.'],
    [{ budget: { tokens: -5 } }, 'A budget is at least 1 token.'],
    [{ budget: {} }, 'Name the budget in `usd`, in `tokens`, or in both.'],
    [{ maxIterations: 6 }, 'maxIterations'],
    [{ models: { critic: '' } }, 'models.critic'],
  ])('B5: refuses %j with a description of the mistake', async (settings, message) => {
    await using started = startApi();
    const call = started.caller.startReview({ target, ...settings });
    await expect(call).rejects.toThrow(message);
    expect((await refusal(call))[0]).toBe('BAD_REQUEST');
    expect((await started.caller.workflow.list()).workflows).toEqual([]);
  });
});

describe('A11: a workflow id that is malformed or unknown', () => {
  test.each(['', 'nonsense', '../../etc/passwd', noSuchWorkflow])('%j is NOT_FOUND', async (id) => {
    await using started = startApi();
    const { caller } = started;
    const calls = [
      caller.workflow.get({ workflowId: id }),
      caller.workflow.info({ workflowId: id }),
      caller.workflow.events({ workflowId: id }),
      caller.cancelWorkflow({ workflowId: id }),
      caller.pauseWorkflow({ workflowId: id }),
      caller.resumeWorkflow({ workflowId: id }),
    ];
    for (const call of calls) {
      expect(await refusal(call)).toEqual(['NOT_FOUND', 'unknown_workflow']);
    }
    const stream = await caller.onWorkflowEvents({ workflowId: id });
    expect(await refusal(stream[Symbol.asyncIterator]().next())).toEqual([
      'NOT_FOUND',
      'unknown_workflow',
    ]);
    expect(started.errors).toEqual([]);
  });
});

describe('workflow.get', () => {
  test('contains the title of a workflow that no worker has picked up', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({ target });
    const { snapshot, watchers, createdAt } = await started.caller.workflow.get({ workflowId });
    expect(snapshot).toMatchObject({
      workflowId,
      cursor: null,
      status: 'queued',
      title: 'Tokens arrive twice',
      target: 'sample:doubled',
    });
    expect(watchers).toBe(0);
    expect(createdAt).toBeGreaterThan(0);
  });

  test('folds a running workflow of more than a page, up to its last event', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(
      makeEvent('workflow:started', { workflow: 'commentOnIssue', title: 'T', target: 'x' }),
      makeEvent('workflow:running', { attempt: 1, maxAttempts: 3 }),
    );
    const texts = Array.from({ length: 1200 }, (_, index) => `${index} `);
    await testLog.append(...texts.map((content) => makeToken(content)));
    const { snapshot } = await started.caller.workflow.get({ workflowId: testLog.workflowId });
    expect(snapshot.status).toBe('running');
    expect(snapshot.cursor).toBe(testLog.idOf(1202));
    expect(snapshot.parts.map(({ text }) => text)).toEqual([texts.join('')]);
  });
});

describe('workflow.info', () => {
  test('E11: returns the list row and the watchers of one workflow, without reading its log', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({ target, threadId: 'talk-7' });
    const { reads } = recordReads(started.log);
    const {
      workflows: [row],
    } = await started.caller.workflow.list();
    expect(await started.caller.workflow.info({ workflowId })).toEqual({ ...row, mayChange: true });
    expect(reads).toEqual([]);
  });

  test('E11: counts watchers until they leave', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({ target, threadId: 'talk-7' });
    const watchers = async () => (await started.caller.workflow.info({ workflowId })).watchers;
    const url = `http://127.0.0.1/api/workflows/${workflowId}/events`;
    const frames = readFrames(await started.api.fetch(new Request(url)));
    await frames.next();
    void frames.next();
    await eventually(async () => expect(await watchers()).toBe(1));
    await started.caller.cancelWorkflow({ workflowId });
    await eventually(async () => expect(await watchers()).toBe(0));
  });
});

describe('workflow.list', () => {
  test('is paged, newest first, and filtered', async () => {
    let time = 0;
    const { createMemoryEventLog } = await import('@runtape/event-log/memory');
    await using started = startApi({ log: createMemoryEventLog({ now: () => (time += 1000) }) });
    const ended = await TestLog.ended(started.log, 'x');
    const { workflowId: second } = await started.caller.startComment({ target });
    const { workflowId: third } = await started.caller.startComment({ target });
    const first = await started.caller.workflow.list({ limit: 2 });
    expect(first.workflows.map((item) => item.workflowId)).toEqual([third, second]);
    const rest = await started.caller.workflow.list({ limit: 2, before: first.next ?? '' });
    expect(rest.workflows.map((item) => item.workflowId)).toEqual([ended.workflowId]);
    expect(rest.next).toBeNull();
    const completed = await started.caller.workflow.list({ status: ['completed'] });
    expect(completed.workflows.map((item) => item.workflowId)).toEqual([ended.workflowId]);
  });
});

test('an invalid list position is BAD_REQUEST', async () => {
  await using started = startApi();
  const call = started.caller.workflow.list({ before: 'yesterday' });
  expect(await refusal(call)).toEqual(['BAD_REQUEST', 'invalid_input']);
});

describe('workflow.events', () => {
  test('E13: pages through the log to its end', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a', 'b', 'c');
    const { workflowId } = testLog;
    const first = await started.caller.workflow.events({ workflowId, limit: 2 });
    expect(first.events.map(({ id, type }) => [id, type])).toEqual([
      [testLog.idOf(1), 'token'],
      [testLog.idOf(2), 'token'],
    ]);
    expect(first).toMatchObject({ next: testLog.idOf(2), ended: false });
    const second = await started.caller.workflow.events({ workflowId, after: testLog.idOf(2) });
    expect(second.events.map(({ type }) => type)).toEqual(['token', 'workflow:completed']);
    expect(second).toMatchObject({ next: testLog.idOf(4), ended: true });
    const third = await started.caller.workflow.events({ workflowId, after: testLog.idOf(4) });
    expect(third).toEqual({ events: [], next: testLog.idOf(4), ended: true });
  });

  test('F2: a cursor that does not fit is answered with a reset', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('a'));
    const { workflowId } = testLog;
    const ahead = await started.caller.workflow.events({ workflowId, after: testLog.idOf(9) });
    expect(ahead.events).toMatchObject([
      { id: testLog.idOf(1), type: 'reset', data: { reason: 'ahead', cursor: testLog.idOf(1) } },
    ]);
    expect(ahead).toMatchObject({ next: testLog.idOf(1), ended: false });
    const other = await started.caller.workflow.events({ workflowId, after: 'zzzzzzzz-1' });
    expect(other.events).toMatchObject([{ data: { reason: 'other_incarnation' } }]);
  });

  test('E8: finds events by a text in them, case-insensitively, anywhere in a log', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const { workflowId } = testLog;
    const said = (message: string) => makeEvent('log:created', { level: 'info', message });
    await testLog.append(said('A "Needle"\nin the first'));
    for (let n = 0; n < 5; n += 1) {
      await testLog.append(
        ...Array.from({ length: 1000 }, (_, index) => makeToken(`hay${index} `)),
      );
    }
    await testLog.append(said('another NEEDLE'), makeToken('the end'));
    const find = async (contains: string) => {
      const found: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await started.caller.workflow.events({
          workflowId,
          contains,
          ...(after !== undefined && { after }),
        });
        found.push(...page.events.map(({ id }) => id));
        if (page.next === null || page.next === after) return found;
        after = page.next;
      }
    };
    const first = testLog.idOf(1);
    expect(await find('needle')).toEqual([first, testLog.idOf(5002)]);
    expect(await find('"needle"\nin')).toEqual([first]);
    expect(await find('no such text')).toEqual([]);
    for (const contains of ['', 'x'.repeat(201)]) {
      await expect(find(contains)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });

  test('E13: a malformed cursor is BAD_REQUEST', async () => {
    await using started = startApi();
    const { workflowId } = await TestLog.ended(started.log);
    const call = started.caller.workflow.events({ workflowId, after: 'seventeen' });
    expect(await refusal(call)).toEqual(['BAD_REQUEST', 'malformed_cursor']);
  });
});

describe('B5: invalid input of a mutation', () => {
  test.each([
    ['startReview', { target, budget: { usd: 1, token: 5 } }, /"tokens"/],
    ['startQuestion', { question: 'Why?', thread: 'talk' }, /"threadId"/],
    ['startComment', { target: { ...target, issue: 'x' } }, /^target: There is no "issue"/],
    ['pauseWorkflow', { workflowId: 'wf_zzzzzzzzzzzzzzzz', now: true }, /Known: workflowId/],
    ['startReview', { target, maxIterations: 6 }, /^maxIterations must be at most 5\.$/],
    ['startReview', {}, /^target is missing\.$/],
  ])('%s refuses %j', async (name, json, message) => {
    await using started = startApi();
    const response = await started.api.fetch(post(`/trpc/${name}`, { json }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        json: {
          message: expect.stringMatching(message),
          data: { error: { code: 'invalid_input' } },
        },
      },
    });
    expect((await started.caller.workflow.list()).workflows).toEqual([]);
  });
});

describe('cancelWorkflow', () => {
  test('F4: cancels a workflow without a worker, and is harmless when repeated', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({ target });
    expect(await started.caller.cancelWorkflow({ workflowId, reason: 'Not needed.' })).toEqual({
      outcome: 'cancelled',
    });
    expect(await started.caller.cancelWorkflow({ workflowId })).toEqual({
      outcome: 'already_ended',
    });
    const { snapshot } = await started.caller.workflow.get({ workflowId });
    expect(snapshot).toMatchObject({ status: 'cancelled', cancelled: { reason: 'Not needed.' } });
  });
});

describe('pauseWorkflow, resumeWorkflow', () => {
  test('E14, F4: pause and resume a workflow without a worker, and report the outcome', async () => {
    await using started = startApi();
    const { caller } = started;
    const { workflowId } = await caller.startComment({ target });
    expect(await caller.resumeWorkflow({ workflowId })).toEqual({ outcome: 'not_paused' });
    expect(await caller.pauseWorkflow({ workflowId })).toEqual({ outcome: 'paused' });
    expect(await caller.pauseWorkflow({ workflowId })).toEqual({ outcome: 'already_paused' });
    expect((await caller.workflow.get({ workflowId })).snapshot.status).toBe('paused');
    const { workflows } = await caller.workflow.list({ status: ['paused'] });
    expect(workflows.map((workflow) => workflow.workflowId)).toEqual([workflowId]);
    expect(await caller.resumeWorkflow({ workflowId })).toEqual({ outcome: 'resumed' });
    expect((await caller.workflow.get({ workflowId })).snapshot.status).toBe('queued');
    await caller.cancelWorkflow({ workflowId });
    expect(await caller.pauseWorkflow({ workflowId })).toEqual({ outcome: 'already_ended' });
    expect(await caller.resumeWorkflow({ workflowId })).toEqual({ outcome: 'already_ended' });
  });
});

test('samples lists the built-in samples', async () => {
  await using started = startApi();
  expect((await started.caller.samples()).map(({ name }) => name)).toEqual(['doubled', 'slow']);
});
