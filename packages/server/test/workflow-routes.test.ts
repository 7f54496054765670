import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  defineWorkflow,
} from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newRequest, post } from './requests.ts';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';

const target = { kind: 'sample', name: 'doubled' } as const;
const startedSchema = z.object({ workflowId: z.string(), created: z.boolean() });
const noSuchWorkflow = 'wf_zzzzzzzzzzzzzzzz';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('POST /api/workflows', () => {
  test.each([
    ['commentOnIssue', { target }, 'Tokens arrive twice'],
    ['reviewIssue', { target, maxIterations: 1 }, 'Tokens arrive twice'],
    ['askRepository', { question: 'How does it resume?\nIn detail.' }, 'How does it resume?'],
  ])('starts %s: 201, and its location', async (workflow, input, title) => {
    await using started = startApi();
    const body = { workflow, input, threadId: 'talk-1' };
    const response = await started.api.fetch(post('/api/workflows', body));
    expect(response.status).toBe(201);
    const { workflowId, created } = startedSchema.parse(await response.json());
    expect(created).toBe(true);
    expect(response.headers.get('location')).toBe(`/api/workflows/${workflowId}`);
    const there = await started.api.fetch(newRequest(`/api/workflows/${workflowId}`));
    expect(await there.json()).toMatchObject({ snapshot: { workflow, title, status: 'queued' } });
    const { workflows } = await started.caller.workflow.list();
    expect(workflows).toMatchObject([{ workflowId, workflow, threadId: 'talk-1' }]);
  });

  test.each([
    ['in the body', { idempotencyKey: 'k' }, {}],
    ['in the header', {}, { 'Idempotency-Key': 'k' }],
  ])('with an idempotency key %s: 200 and the same workflow', async (_name, more, headers) => {
    await using started = startApi();
    const body = { workflow: 'commentOnIssue', input: { target }, ...more };
    const first = await started.api.fetch(post('/api/workflows', body, headers));
    const second = await started.api.fetch(post('/api/workflows', body, headers));
    expect([first.status, second.status]).toEqual([201, 200]);
    const { workflowId } = startedSchema.parse(await first.json());
    expect(await second.json()).toEqual({ workflowId, created: false });
    expect(second.headers.get('location')).toBe(`/api/workflows/${workflowId}`);
    const other = { ...body, input: { target: { kind: 'sample', name: 'slow' } } };
    const conflict = await started.api.fetch(post('/api/workflows', other, headers));
    expect(conflict.status).toBe(409);
    expect(await conflict.json()).toMatchObject({ error: { code: 'idempotency_conflict' } });
  });

  test.each([
    [
      'an unknown workflow',
      { workflow: 'mineBitcoin', input: {} },
      400,
      /There are: commentOnIssue/,
    ],
    ['no workflow', {}, 400, /There are: commentOnIssue/],
    ['no body', undefined, 400, /has no body/],
    [
      'a sample that is not there',
      { workflow: 'commentOnIssue', input: { target: { kind: 'sample', name: 'nope' } } },
      404,
      /The samples are: doubled, slow/,
    ],
    [
      'posting a sample',
      { workflow: 'commentOnIssue', input: { target, post: true } },
      400,
      /Only a comment on a GitHub issue/,
    ],
    [
      'a budget of zero',
      { workflow: 'reviewIssue', input: { target, budget: { usd: 0 } } },
      400,
      /more than 0 dollars/,
    ],
    [
      'a budget below zero',
      { workflow: 'reviewIssue', input: { target, budget: { usd: -0.01 } } },
      400,
      /more than 0 dollars/,
    ],
    [
      'a budget of no tokens',
      { workflow: 'reviewIssue', input: { target, budget: { tokens: 0 } } },
      400,
      /at least 1 token/,
    ],
    [
      'a question over the limit',
      { workflow: 'askRepository', input: { question: 'x'.repeat(4001) } },
      400,
      /at most 4000 characters/,
    ],
    [
      'a thread inside the input',
      { workflow: 'askRepository', input: { question: 'Why?', threadId: 'a b' } },
      400,
      /^input: "threadId" goes beside "input"\.$/,
    ],
    [
      'a misspelt limit',
      { workflow: 'reviewIssue', input: { target, budget: { usd: 1, token: 5 } } },
      400,
      /^input\.budget: There is no "token" here\. Did you mean "tokens"\?$/,
    ],
    [
      'a field of another target',
      { workflow: 'commentOnIssue', input: { target: { ...target, repo: 'site' } } },
      400,
      /^input\.target: There is no "repo" here\. Known: kind, name\.$/,
    ],
    [
      'a misspelt key',
      { workflow: 'commentOnIssue', input: { target }, idempotency_key: 'k' },
      400,
      /Did you mean "idempotencyKey"\?/,
    ],
    ['no input', { workflow: 'commentOnIssue' }, 400, /^input is missing\.$/],
    [
      'too many iterations',
      { workflow: 'reviewIssue', input: { target, maxIterations: 6 } },
      400,
      /^input\.maxIterations must be at most 5\.$/,
    ],
    [
      'a bad thread',
      { workflow: 'commentOnIssue', input: { target }, threadId: 'a b' },
      400,
      /A thread id is/,
    ],
  ])('B5 E2 D1: %s is refused with the reason', async (_name, body, status, message) => {
    await using started = startApi();
    const response = await started.api.fetch(post('/api/workflows', body));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: {
        message: expect.stringMatching(message),
        docs: expect.stringMatching(/^docs\/errors\//),
      },
    });
    expect((await started.caller.workflow.list()).workflows).toEqual([]);
  });
});

describe('E9 E17: bodies', () => {
  const huge = JSON.stringify({ workflow: 'x'.repeat(3 * 1024 * 1024) });
  const chunked = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('"')),
      pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(65_536))),
    });

  test.each([
    ['broken JSON', { headers: JSON_TYPE, body: '{"workflow":' }, 400, 'invalid_input'],
    [
      'not UTF-8',
      { headers: JSON_TYPE, body: new Uint8Array([0x22, 0xff, 0x22]) },
      400,
      'invalid_input',
    ],
    [
      'of the wrong type',
      { headers: { 'content-type': 'text/plain' }, body: '{}' },
      415,
      'unsupported_media_type',
    ],
    ['a form', { body: new URLSearchParams({ workflow: 'x' }) }, 415, 'unsupported_media_type'],
    ['without a type', { body: new TextEncoder().encode('{}') }, 415, 'unsupported_media_type'],
    [
      'huge',
      { headers: { ...JSON_TYPE, 'content-length': String(huge.length) }, body: huge },
      413,
      'payload_too_large',
    ],
    [
      'huge, of a length that is a lie',
      { headers: { ...JSON_TYPE, 'content-length': '2' }, body: huge },
      413,
      'payload_too_large',
    ],
  ])('%s: a JSON error with the right status', async (_name, init, status, code) => {
    await using started = startApi();
    for (const path of ['/api/workflows', '/api/chat']) {
      const response = await started.api.fetch(newRequest(path, { method: 'POST', ...init }));
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ error: { code } });
    }
    expect(started.errors).toEqual([]);
  });

  test('an endless body is read no further than the limit', async () => {
    await using started = startApi();
    const init = { method: 'POST', headers: JSON_TYPE, body: chunked(), duplex: 'half' };
    const response = await started.api.fetch(new Request('http://127.0.0.1/api/workflows', init));
    expect(response.status).toBe(413);
  });
});

describe('GET', () => {
  test('/api/workflows lists, page by page, and by status', async () => {
    await using started = startApi();
    await TestLog.ended(started.log, 'a');
    await TestLog.create(started.log);
    await TestLog.create(started.log);
    const first = await started.api.fetch(newRequest('/api/workflows?limit=2'));
    const { workflows, next } = z
      .object({ workflows: z.array(z.looseObject({ status: z.string() })), next: z.string() })
      .parse(await first.json());
    expect(workflows.map(({ status }) => status)).toEqual(['queued', 'queued']);
    const second = await started.api.fetch(newRequest(`/api/workflows?limit=2&before=${next}`));
    expect(await second.json()).toMatchObject({ workflows: [{ status: 'completed' }], next: null });
    const some = await started.api.fetch(newRequest('/api/workflows?status=completed,failed'));
    expect(await some.json()).toMatchObject({ workflows: [{ status: 'completed' }] });
  });

  test.each(['limit=0', 'limit=201', 'status=done', 'before=x', 'threadId=a%20b'])(
    '/api/workflows?%s is a 400',
    async (query) => {
      await using started = startApi();
      const response = await started.api.fetch(newRequest(`/api/workflows?${query}`));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_input' } });
    },
  );

  test.each([
    ['/api/workflows?limti=2', 'Did you mean "limit"?'],
    ['/api/workflows?limit=0', 'limit must be at least 1.'],
    ['/api/workflows?limit=x', 'limit must be a number.'],
    [`/api/workflows/${noSuchWorkflow}?format=simple`, 'Known: at.'],
    [`/api/workflows/${noSuchWorkflow}/events?formt=simple`, 'Did you mean "format"?'],
    [`/api/workflows/${noSuchWorkflow}/events?from=1`, 'Known: format, types, replay'],
    [`/api/workflows/${noSuchWorkflow}/events?after=1`, 'after is not an event id.'],
    [`/api/workflows/${noSuchWorkflow}/events?lastEventId=1`, 'lastEventId is not an event id.'],
    ['/api/threads/talk/events?last=1', 'Did you mean "lastEventId"?'],
    ['/api/chat?question=Why', 'Known: query, streaming'],
  ])('B5: %s is a 400 that says: %s', async (path, message) => {
    await using started = startApi();
    const response = await started.api.fetch(newRequest(path));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining(message) },
    });
  });

  test('B1: query parameters that clients add by themselves are ignored', async () => {
    await using started = startApi();
    const { workflowId } = await TestLog.ended(started.log, 'a');
    for (const path of [
      `/api/workflows/${workflowId}/events?_=1767323045678&evs_buffer_size_limit=262144`,
      '/api/workflows?_=1767323045678',
      '/api/health?probe=1',
    ]) {
      const response = await started.api.fetch(newRequest(path));
      await response.body?.cancel();
      expect(response.status).toBe(200);
    }
  });

  test('E9: an unknown workflow is a 404 with a JSON error, on every route', async () => {
    await using started = startApi();
    for (const id of [noSuchWorkflow, 'nonsense', '%2e%2e%2fetc']) {
      const path = `/api/workflows/${id}`;
      const requests = [
        newRequest(path),
        newRequest(`${path}/events`),
        newRequest(`${path}/events`, { headers: { accept: 'application/json' } }),
        ...['cancel', 'pause', 'resume'].map((command) => post(`${path}/${command}`)),
      ];
      for (const request of requests) {
        const response = await started.api.fetch(request);
        expect([request.url, response.status]).toEqual([request.url, 404]);
        expect(await response.json()).toMatchObject({ error: { code: 'unknown_workflow' } });
      }
    }
  });

  test('other methods are a 405 that lists the allowed ones', async () => {
    await using started = startApi();
    const cases = [
      ['PUT', '/api/workflows', 'POST, GET, HEAD'],
      ['DELETE', `/api/workflows/${noSuchWorkflow}`, 'GET, HEAD'],
      ['GET', `/api/workflows/${noSuchWorkflow}/cancel`, 'POST'],
    ] as const;
    for (const [method, path, allow] of cases) {
      const response = await started.api.fetch(newRequest(path, { method }));
      expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
      expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } });
    }
  });
});

describe('E14: commands', () => {
  async function startWorking() {
    const log = createMemoryEventLog({});
    const queue = createInProcessQueue();
    const started = startApi({ log, starter: createWorkflowStarter({ log, queue }) });
    const waiting = defineWorkflow({
      name: 'askRepository',
      input: z.json(),
      result: z.string(),
      run: async (ctx) => {
        await ctx.status('working', 'Working');
        const { promise, reject } = Promise.withResolvers<string>();
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason));
        return await promise;
      },
    });
    const worker = createWorker({ log, queue, definitions: [waiting] });
    await worker.start();
    const body = { workflow: 'askRepository', input: { question: 'Why?' } };
    const response = await started.api.fetch(post('/api/workflows', body));
    const { workflowId } = startedSchema.parse(await response.json());
    const statusOf = async () =>
      (await started.caller.workflow.get({ workflowId })).snapshot.status;
    await eventually(async () => expect(await statusOf()).toBe('running'));
    return {
      workflowId,
      statusOf,
      send: (command: string, said?: unknown) =>
        started.api.fetch(post(`/api/workflows/${workflowId}/${command}`, said)),
      snapshot: async () => (await started.caller.workflow.get({ workflowId })).snapshot,
      [Symbol.asyncDispose]: async () => {
        await worker.stop({ graceMs: 0 });
        await started[Symbol.asyncDispose]();
        await log.close();
      },
    };
  }

  test('pause, resume and cancel act on a workflow that a worker runs', async () => {
    await using working = await startWorking();
    const paused = await working.send('pause');
    expect([paused.status, await paused.json()]).toEqual([202, { outcome: 'requested' }]);
    await eventually(async () => expect(await working.statusOf()).toBe('paused'));
    const again = await working.send('pause');
    expect([again.status, await again.json()]).toEqual([200, { outcome: 'already_paused' }]);

    await eventually(async () => {
      await working.send('resume');
      expect(await working.statusOf()).toBe('running');
    });
    const cancelled = await working.send('cancel', { reason: 'enough' });
    expect([cancelled.status, await cancelled.json()]).toEqual([202, { outcome: 'requested' }]);
    await eventually(async () => expect(await working.statusOf()).toBe('cancelled'));
    expect(await working.snapshot()).toMatchObject({ cancelled: { reason: 'enough' } });

    for (const command of ['cancel', 'pause', 'resume']) {
      const late = await working.send(command);
      expect([late.status, await late.json()]).toEqual([200, { outcome: 'already_ended' }]);
    }
  });

  test('B5: an unknown field of a command is refused', async () => {
    await using started = startApi();
    const { workflowId } = await TestLog.create(started.log);
    for (const [command, body, message] of [
      ['cancel', { reasons: 'x' }, 'There is no "reasons" here. Did you mean "reason"?'],
      ['pause', { reason: 'x' }, 'There is no "reason" here. Nothing is taken.'],
    ] as const) {
      const response = await started.api.fetch(
        post(`/api/workflows/${workflowId}/${command}`, body),
      );
      expect([response.status, await response.json()]).toMatchObject([400, { error: { message } }]);
    }
  });

  test('a reason that is too long is refused', async () => {
    await using started = startApi();
    const { workflowId } = await TestLog.create(started.log);
    const body = { reason: 'x'.repeat(1001) };
    const response = await started.api.fetch(post(`/api/workflows/${workflowId}/cancel`, body));
    expect(response.status).toBe(400);
  });
});

describe('A11: requests that a page of another site makes a browser send', () => {
  const foreign = [
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ];

  test.each(foreign)('%j cancels nothing and starts no question', async (headers) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const requests = [
      post(`/api/workflows/${testLog.workflowId}/cancel`, undefined, headers),
      newRequest('/api/chat?query=Why', { headers }),
    ];
    for (const request of requests) {
      const response = await started.api.fetch(request);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { code: 'cross_site' } });
    }
    const { workflows } = await started.caller.workflow.list();
    expect(workflows).toMatchObject([{ status: 'queued' }]);
  });

  test.each([
    {},
    { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://127.0.0.1', host: '127.0.0.1' },
  ])('%j is accepted', async (headers) => {
    await using started = startApi();
    const { workflowId } = await TestLog.create(started.log);
    const request = post(`/api/workflows/${workflowId}/cancel`, undefined, { ...headers });
    expect((await started.api.fetch(request)).status).toBe(202);
  });
});
