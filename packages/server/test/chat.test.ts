import { EventSource } from 'eventsource';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newRequest, post } from './requests.ts';
import { eventually } from './eventually.ts';
import { type Frame, readAll, readFrames } from './read-frames.ts';
import { listen } from './start-api.ts';
import { startChat } from './start-chat.ts';

const EVENTS = { accept: 'text/event-stream' };
const dataSchema = z.looseObject({ type: z.string(), workflowId: z.string() });
const dataOf = ({ data = '' }: Frame) => dataSchema.parse(JSON.parse(data));
const eventFrames = (frames: readonly Frame[]) => frames.filter(({ event }) => event !== undefined);

const requests = [
  ['POST', (streaming: boolean) => post('/api/chat', { query: 'Why?', streaming })],
  ['GET', (streaming: boolean) => newRequest(`/api/chat?query=Why%3F&streaming=${streaming}`)],
] as const;

describe.each(requests)('D1: %s /api/chat', (_method, request) => {
  test('streaming: true is a stream of status, then final', async () => {
    await using chat = await startChat();
    const response = await chat.api.fetch(request(true));
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const workflowId = response.headers.get('workflow-id');
    const frames = eventFrames(await readAll(response));
    expect(frames.map(({ event }) => event)).toEqual(['status', 'status', 'status', 'final']);
    expect(frames.map(dataOf)).toMatchObject([
      { type: 'status', workflowId, stage: 'accepted' },
      { type: 'status', workflowId, stage: 'started' },
      { type: 'status', workflowId, stage: 'searching', description: 'Searching for Why?' },
      { type: 'final', workflowId, result: { answer: 'You asked Why? of sample' } },
    ]);
    const [record] = await chat.workflows();
    expect(record).toMatchObject({ workflowId, workflow: 'askRepository' });
  });

  test('streaming: false returns the same result as plain JSON', async () => {
    await using chat = await startChat();
    const response = await chat.api.fetch(request(false));
    expect(response.status).toBe(200);
    const answer = dataSchema.parse(await response.json());
    expect(response.headers.get('workflow-id')).toBe(answer.workflowId);
    const stream = await chat.api.fetch(
      newRequest(`/api/workflows/${answer.workflowId}/events?format=chat`),
    );
    const final = eventFrames(await readAll(stream)).at(-1);
    expect(final && dataOf(final)).toEqual(answer);
    expect(answer).toMatchObject({ result: { answer: 'You asked Why? of sample' } });
  });
});

describe('D1: the question', () => {
  test('may concern a repository, belong to a thread, and be asked once per key', async () => {
    await using chat = await startChat();
    const target = { kind: 'github', owner: 'acme', repo: 'site' };
    const more = { threadId: 'talk-1', idempotencyKey: 'k' };
    const body = { query: 'Why?', target, ...more };
    const first = dataSchema.parse(await (await chat.api.fetch(post('/api/chat', body))).json());
    const query = new URLSearchParams({ query: 'Why?', target: 'acme/site', ...more });
    const again = await chat.api.fetch(newRequest(`/api/chat?${query}`));
    expect(await again.json()).toEqual(first);
    expect(first).toMatchObject({ result: { answer: 'You asked Why? of github' } });
    expect(await chat.workflows()).toMatchObject([
      { workflowId: first.workflowId, threadId: 'talk-1', summary: { target: 'acme/site' } },
    ]);
  });

  test.each([
    ['no query', post('/api/chat', {})],
    ['an empty query', post('/api/chat', { query: ' ' })],
    ['a query over the limit', post('/api/chat', { query: 'x'.repeat(4001) })],
    ['an invalid value of streaming', post('/api/chat', { query: 'Why?', streaming: 'yes' })],
    ['an invalid value of streaming in the URL', newRequest('/api/chat?query=Why&streaming=1')],
    ['no query in the URL', newRequest('/api/chat')],
    ['an invalid target', newRequest('/api/chat?query=Why&target=acme')],
    ['a target of another kind', newRequest('/api/chat?query=Why&target=-/site')],
    ['a budget of zero', post('/api/chat', { query: 'Why?', budget: { usd: 0 } })],
    [
      'a key that is too long',
      newRequest('/api/chat?query=Why', { headers: { 'Idempotency-Key': 'k'.repeat(201) } }),
    ],
  ])('D1 B5: %s: a 400 in JSON, and nothing is started', async (_name, request) => {
    await using chat = await startChat();
    const response = await chat.api.fetch(request);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_input' } });
    expect(await chat.workflows()).toEqual([]);
  });

  test('of a user at the stream limit starts nothing', async () => {
    await using chat = await startChat({ maxStreamsPerUser: 1, held: true });
    const first = readFrames(
      await chat.api.fetch(post('/api/chat', { query: 'a', streaming: true })),
    );
    await first.next();
    const second = await chat.api.fetch(post('/api/chat', { query: 'b', streaming: true }));
    expect([second.status, await second.json()]).toMatchObject([
      429,
      { error: { code: 'too_many_streams' } },
    ]);
    expect(await chat.workflows()).toHaveLength(1);
    await first.return();
    const third = await chat.api.fetch(post('/api/chat', { query: 'c', streaming: true }));
    expect(third.status).toBe(200);
    await third.body?.cancel();
  });

  test('that is refused does not count as a stream', async () => {
    await using chat = await startChat({ maxStreamsPerUser: 1, allowLocal: false });
    const local = { query: 'a', streaming: true, target: { kind: 'local', path: '/' } };
    for (let time = 0; time < 2; time += 1) {
      expect((await chat.api.fetch(post('/api/chat', local))).status).toBe(403);
    }
  });

  test('is not asked by HEAD', async () => {
    await using chat = await startChat();
    const response = await chat.api.fetch(newRequest('/api/chat?query=Why', { method: 'HEAD' }));
    expect(response.status).toBe(405);
    expect(await chat.workflows()).toEqual([]);
  });
});

describe('D4 B5: when the workflow fails', () => {
  test('the stream contains the partial answer with the error', async () => {
    await using chat = await startChat();
    const body = { query: 'fail', streaming: true };
    const frames = eventFrames(await readAll(await chat.api.fetch(post('/api/chat', body))));
    const last = frames.at(-1);
    expect(last?.event).toBe('error');
    expect(last && dataOf(last)).toMatchObject({
      error: { code: 'model_refused', message: 'The model does not answer that.' },
      partial: 'You asked fail',
    });
  });

  test('JSON is the same, with its own status', async () => {
    await using chat = await startChat();
    const response = await chat.api.fetch(post('/api/chat', { query: 'fail' }));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: 'error',
      workflowId: response.headers.get('workflow-id'),
      error: { code: 'model_refused', docs: 'docs/errors/model_refused.md' },
      partial: 'You asked fail',
    });
  });

  test.each([
    ['repository_without_text', 422],
    ['repository_empty', 422],
    ['repository_too_large', 422],
    ['folder_not_found', 404],
    ['issue_not_found', 404],
    ['repository_not_found', 404],
    ['local_not_allowed', 403],
    ['github_unauthorized', 502],
    ['github_rate_limited', 503],
    ['model_bad_response', 502],
    ['model_unavailable', 503],
    ['internal_error', 500],
    ['code_of_tomorrow', 500],
  ])('D1 B5: a failure with %s is a %i; in a stream it is the last event', async (code, status) => {
    await using chat = await startChat();
    const query = `fail:${code}`;
    const plain = await chat.api.fetch(post('/api/chat', { query }));
    expect([plain.status, await plain.json()]).toMatchObject([status, { error: { code } }]);
    const stream = await chat.api.fetch(post('/api/chat', { query, streaming: true }));
    expect(stream.status).toBe(200);
    const last = eventFrames(await readAll(stream)).at(-1);
    expect(last && [last.event, dataOf(last)]).toMatchObject(['error', { error: { code } }]);
  });

  test('a cancelled question is a 409', async () => {
    await using chat = await startChat({ held: true });
    const waiting = chat.api.fetch(post('/api/chat', { query: 'Why?' }));
    await eventually(async () => expect(await chat.workflows()).toMatchObject([{ tail: 4 }]));
    const [record] = await chat.workflows();
    await chat.caller.cancelWorkflow({ workflowId: record?.workflowId ?? '' });
    const response = await waiting;
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { code: 'cancelled' } });
  });
});

describe('F4: a client that disconnects', () => {
  test.each([true, false])('does not stop the workflow (streaming: %j)', async (streaming) => {
    await using chat = await startChat({ held: true });
    await using server = await listen(chat.api);
    const disconnect = new AbortController();
    const body = JSON.stringify({ query: 'Why?', streaming });
    const headers = { 'content-type': 'application/json' };
    const url = `${server.url}/api/chat`;
    const waiting = fetch(url, { method: 'POST', headers, body, signal: disconnect.signal });
    await eventually(() => expect(chat.fanOut.tailCount).toBe(1));
    disconnect.abort();
    await waiting.then(({ body: rest }) => rest?.cancel()).catch(() => undefined);
    await eventually(() => expect([chat.fanOut.tailCount, server.sockets.size]).toEqual([0, 0]));
    chat.release();
    await eventually(async () =>
      expect(await chat.workflows()).toMatchObject([{ status: 'completed' }]),
    );
    expect(chat.errors).toEqual([]);
  });

  test('a server about to stop says where to continue', async () => {
    await using chat = await startChat({ held: true });
    const waiting = chat.api.fetch(post('/api/chat', { query: 'Why?' }));
    await eventually(() => expect(chat.fanOut.tailCount).toBe(1));
    chat.api.drain();
    const response = await waiting;
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: 'draining' } },
    ]);
    const [record] = await chat.workflows();
    expect(response.headers.get('workflow-id')).toBe(record?.workflowId);
    expect([record?.status, chat.fanOut.tailCount]).toEqual(['running', 0]);
  });
});

describe('B4: an EventSource on /api/chat', () => {
  test('streams by default, reconnects to the same answer, and ends', async () => {
    await using chat = await startChat({ held: true, random: () => 0 });
    await using server = await listen(chat.api);
    const source = new EventSource(`${server.url}/api/chat?query=Why%3F`);
    const seen: string[] = [];
    const closed = Promise.withResolvers<void>();
    const stageSchema = z.object({ stage: z.string() });
    source.addEventListener('status', ({ data }) => {
      seen.push(stageSchema.parse(JSON.parse(String(data))).stage);
    });
    source.addEventListener('final', () => seen.push('final'));
    source.addEventListener('error', () => {
      if (source.readyState === source.CLOSED) closed.resolve();
    });
    await eventually(() => expect(seen).toEqual(['accepted', 'started', 'searching']));
    for (const socket of server.sockets) socket.destroy();
    await eventually(() => expect(source.readyState).toBe(source.CONNECTING));
    await eventually(() => expect(source.readyState).toBe(source.OPEN));
    chat.release();
    await closed.promise;
    expect(seen).toEqual(['accepted', 'started', 'searching', 'final']);
    expect(await chat.workflows()).toHaveLength(1);
  });

  test('that lost its connection after the first frame also continues', async () => {
    await using chat = await startChat();
    const response = await chat.api.fetch(post('/api/chat', { query: 'Why?', streaming: true }));
    const frames = readFrames(response);
    await frames.next();
    const accepted = (await frames.next()).value;
    await frames.return();
    const headers = { 'Last-Event-ID': accepted?.id ?? '', ...EVENTS };
    const again = await chat.api.fetch(newRequest('/api/chat?query=Why%3F', { headers }));
    const rest = eventFrames(await readAll(again));
    expect(rest.map(({ event }) => event)).toEqual(['status', 'status', 'final']);
    expect(again.headers.get('workflow-id')).toBe(accepted && dataOf(accepted).workflowId);
    const byQuery = await chat.api.fetch(
      newRequest(`/api/chat?query=Why%3F&lastEventId=${accepted?.id ?? ''}`, { headers: EVENTS }),
    );
    expect(await readAll(byQuery)).toHaveLength(rest.length + 1);
    expect(await chat.workflows()).toHaveLength(1);
    const end = await chat.api.fetch(
      newRequest('/api/chat', { headers: { 'Last-Event-ID': rest.at(-1)?.id ?? '' } }),
    );
    expect(end.status).toBe(204);
  });

  test.each([
    ['nonsense', 404, 'unknown_workflow'],
    ['wf_zzzzzzzzzzzzzzzz.k3v9x2ab-1', 404, 'unknown_workflow'],
    ['wf_zzzzzzzzzzzzzzzz.17', 400, 'malformed_cursor'],
  ])('with the id %s: %i, and no question is started', async (id, status, code) => {
    await using chat = await startChat();
    const request = newRequest('/api/chat?query=Why', { headers: { 'Last-Event-ID': id } });
    const response = await chat.api.fetch(request);
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
    expect(await chat.workflows()).toEqual([]);
  });
});
