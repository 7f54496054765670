import { TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createJwtAccounts, signUserToken } from '../src/index.ts';
import { readAll, readUntil } from './read-frames.ts';
import { startApi } from './start-api.ts';

const ORIGIN = 'http://127.0.0.1';
const secret = 'a secret of at least thirty-two characters';
const comment = {
  workflow: 'commentOnIssue',
  input: { target: { kind: 'sample', name: 'slow' } },
} as const;
const startedSchema = z.object({ workflowId: z.string() });
const listSchema = z.object({ workflows: z.array(startedSchema) });
const sharedSchema = z.object({
  result: z.object({ data: z.object({ json: z.object({ token: z.string() }) }) }),
});

/** An API with accounts, and a client for each of several users. */
async function startWithUsers() {
  const started = startApi({ accounts: createJwtAccounts({ secret }) });
  const until = Date.now() + 60_000;
  const tokenOf = async (userId: string, seesAll = false) =>
    await signUserToken({ userId, seesAll, until }, { secret });
  return {
    ...started,
    ann: asking(started.api.fetch, { authorization: `Bearer ${await tokenOf('ann')}` }),
    ben: asking(started.api.fetch, { authorization: `Bearer ${await tokenOf('ben')}` }),
    admin: asking(started.api.fetch, { authorization: `Bearer ${await tokenOf('root', true)}` }),
    nobody: asking(started.api.fetch, {}),
    withCookie: (cookie: string) => asking(started.api.fetch, { cookie }),
  };
}

function asking(fetch: (request: Request) => Promise<Response>, headers: Record<string, string>) {
  const send = async (path: string, body?: unknown, more: Record<string, string> = {}) =>
    await fetch(
      new Request(`${ORIGIN}${path}`, {
        headers: { ...headers, ...more, 'Content-Type': 'application/json' },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      }),
    );
  return {
    send,
    status: async (path: string, body?: unknown) => (await send(path, body)).status,
    /** Starts a workflow and returns its id. */
    start: async (more: object = {}): Promise<string> => {
      const response = await send('/api/workflows', { ...comment, ...more });
      return startedSchema.parse(await response.json()).workflowId;
    },
    listed: async (): Promise<string[]> => {
      const { workflows } = listSchema.parse(await (await send('/api/workflows')).json());
      return workflows.map(({ workflowId }) => workflowId);
    },
    /** Returns the last frame of the tRPC subscription. */
    subscribe: async (workflowId: string) => {
      const input = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
      const frames = await readAll(await send(`/trpc/onWorkflowEvents?input=${input}`));
      return frames.at(-1)?.data ?? '';
    },
  };
}

test('E17: users see their own workflows; a user who may see everything sees all', async () => {
  await using api = await startWithUsers();
  const [anns, bens] = [await api.ann.start(), await api.ben.start()];

  expect(await api.ann.listed()).toEqual([anns]);
  expect(await api.ben.listed()).toEqual([bens]);
  expect(new Set(await api.admin.listed())).toEqual(new Set([anns, bens]));
});

test("A11: another user's workflow is refused as unknown, by every API", async () => {
  await using api = await startWithUsers();
  const path = `/api/workflows/${await api.ann.start()}`;

  expect(await api.ann.status(path)).toBe(200);
  for (const surface of [path, `${path}/events`, `${path}/events?format=simple`]) {
    expect(await api.ben.status(surface)).toBe(404);
  }
  for (const command of ['cancel', 'pause', 'resume']) {
    expect(await api.ben.status(`${path}/${command}`, {})).toBe(404);
  }
  expect(await (await api.ben.send(path)).json()).toMatchObject({
    error: { code: 'unknown_workflow' },
  });
  expect(await api.ben.subscribe(path.split('/').at(-1) ?? '')).toContain('unknown_workflow');
});

test('C8: an anonymous request is refused before any stream opens', async () => {
  await using api = await startWithUsers();
  const workflowId = await api.ann.start();
  const path = `/api/workflows/${workflowId}`;

  for (const surface of [path, `${path}/events`, '/api/workflows']) {
    expect(await api.nobody.status(surface)).toBe(401);
  }
  expect(await api.nobody.status('/api/workflows', comment)).toBe(401);
  expect(await api.nobody.status('/api/chat', { query: 'What is this?' })).toBe(401);
  expect(await api.nobody.subscribe(workflowId)).toContain('unauthorized');
  expect(await api.nobody.status('/trpc/statistics')).toBe(401);
  expect(await api.nobody.status('/api/health')).toBe(200);
  expect(api.fanOut.tailCount).toBe(0);
});

test('A11: the holder of a link can read, and change nothing', async () => {
  await using api = await startWithUsers();
  const workflowId = await api.ann.start();
  const other = await api.ann.start();
  const answer = await api.ann.send('/trpc/shareWorkflow', { json: { workflowId } });
  const { token: share } = sharedSchema.parse(await answer.json()).result.data.json;
  const taken = await api.nobody.send('/api/session', { share });
  const guest = api.withCookie(taken.headers.get('set-cookie')?.split(';')[0] ?? '');

  const read = await guest.send(`/api/workflows/${workflowId}`);
  expect(await read.json()).toMatchObject({ mayChange: false });
  const own = await api.ann.send(`/api/workflows/${workflowId}`);
  expect(await own.json()).toMatchObject({ mayChange: true });
  expect(await guest.status(`/api/workflows/${other}`)).toBe(401);
  const asked = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
  expect(await guest.status(`/trpc/workflow.input?input=${asked}`)).toBe(403);
  const cancelled = await guest.send(`/api/workflows/${workflowId}/cancel`, {});
  expect(cancelled.status).toBe(403);
  expect(await cancelled.json()).toMatchObject({ error: { code: 'read_only' } });
  const post = { body: 'A comment.' };
  expect(await guest.status(`/api/workflows/${workflowId}/post`, post)).toBe(403);
  expect(await api.ben.status(`/api/workflows/${workflowId}/post`, post)).toBe(404);
  expect(await api.ben.status('/trpc/shareWorkflow', { json: { workflowId } })).toBe(404);
});

test("E17: no user can post into another user's thread", async () => {
  await using api = await startWithUsers();
  const threadId = 'thread-1';
  await api.ann.start({ threadId });
  const posted = await api.ben.send('/api/workflows', { ...comment, threadId });

  expect(posted.status).toBe(403);
  expect(await posted.json()).toMatchObject({ error: { code: 'not_your_thread' } });
  await api.ann.start({ threadId });
  expect(await api.ann.listed()).toHaveLength(2);
});

test('F5: an idempotency key starts one workflow per user', async () => {
  await using api = await startWithUsers();
  const idempotencyKey = 'the same';
  const first = await api.ann.start({ idempotencyKey });

  expect(await api.ann.start({ idempotencyKey })).toBe(first);
  expect(await api.ben.start({ idempotencyKey })).not.toBe(first);
});

test('E17: workflows from before accounts existed have no owner, and only users who see everything see them', async () => {
  await using api = await startWithUsers();
  const testLog = await TestLog.create(api.log);

  expect(await api.ann.listed()).toEqual([]);
  expect(await api.admin.listed()).toEqual([testLog.workflowId]);
});

test("C4 A11: another user's thread is refused before any stream opens, by every API", async () => {
  await using api = await startWithUsers();
  await api.ann.start({ threadId: 'anns' });

  for (const path of ['/api/threads/anns', '/api/threads/anns/events']) {
    expect(await api.ben.status(path)).toBe(403);
    expect(await (await api.ben.send(path)).json()).toMatchObject({
      error: { code: 'not_your_thread' },
    });
    expect(await api.nobody.status(path)).toBe(401);
  }
  const page = { accept: 'application/json' };
  const polled = await api.ben.send('/api/threads/anns/events', undefined, page);
  expect(polled.status).toBe(403);
  const input = encodeURIComponent(JSON.stringify({ json: { threadId: 'anns' } }));
  const asked = await api.ben.send(`/trpc/thread.events?input=${input}`);
  expect([asked.status, await asked.text()]).toEqual([
    403,
    expect.stringContaining('not_your_thread'),
  ]);
  const frames = await readAll(await api.ben.send(`/trpc/onThreadEvents?input=${input}`));
  expect(frames.at(-1)?.data).toContain('not_your_thread');
  const { workflows } = listSchema.parse(await (await api.ann.send('/api/threads/anns')).json());
  expect(workflows).toHaveLength(1);
});

test('C4 E17: of a thread that two users began concurrently each sees their own part', async () => {
  await using api = await startWithUsers();
  const [anns, bens] = await Promise.all([
    TestLog.create(api.log, { threadId: 'both', owner: 'ann' }),
    TestLog.create(api.log, { threadId: 'both', owner: 'ben' }),
  ]);
  await anns.status("Ann's secret");
  await bens.status("Ben's");
  const response = await api.ben.send('/api/threads/both/events');
  const text = await readUntil(response, bens.workflowId);
  expect(text).not.toContain(anns.workflowId);
  expect(text).not.toContain('secret');
  const listed = await (await api.ben.send('/api/threads/both')).text();
  expect(listed).not.toContain(anns.workflowId);
});

test('F7 A11: of many workflows in one stream those of other users are refused as unknown', async () => {
  await using api = await startWithUsers();
  const [anns, bens] = [
    await TestLog.create(api.log, { owner: 'ann' }),
    await TestLog.create(api.log, { owner: 'ben' }),
  ];
  await anns.complete();
  await bens.complete();
  const streams = [anns, bens].map(({ workflowId }) => ({ workflowId, after: null }));
  const frames = await readAll(await api.ben.send('/api/events', { streams }));
  const of = (event: string) =>
    frames.filter((frame) => frame.event === event).map(({ data }) => data ?? '');
  expect(of('refused')).toHaveLength(1);
  expect(of('refused')[0]).toContain('unknown_workflow');
  expect(of('message').join('')).not.toContain(anns.workflowId);
  expect(of('ended')).toHaveLength(1);
  expect(await api.nobody.status('/api/events', { streams })).toBe(401);
});

test("F7 C4 A11: of many threads in one stream those of other users are refused, and the user's own continue", async () => {
  await using api = await startWithUsers();
  const [anns, bens] = [
    await TestLog.create(api.log, { threadId: 'anns', owner: 'ann' }),
    await TestLog.create(api.log, { threadId: 'bens', owner: 'ben' }),
  ];
  await anns.status("Ann's secret");
  await bens.status("Ben's");
  const threads = [{ threadId: 'anns' }, { threadId: 'bens' }];
  const text = await readUntil(await api.ben.send('/api/events', { threads }), bens.workflowId);
  expect(text).toContain('event: refused\ndata: {"subscription":"anns"');
  expect(text).toContain('not_your_thread');
  expect(text).not.toContain(anns.workflowId);
  expect(text).not.toContain('secret');
  expect(await api.nobody.status('/api/events', { threads })).toBe(401);
});
