import { EventLogError } from '@runtape/event-log';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { eventually, startServer } from '@runtape/loopback';
import { RuntapeClientError } from '../src/index.ts';
import { createGithubClient } from '@runtape/github-workflows/client';
import { memoryStore } from './stores.ts';
import { TestLog } from '@runtape/testing';

const target = { kind: 'github', owner: 'acme', repo: 'site', issueNumber: 7 } as const;

/** Sends the same response to every request, as a proxy or another program would. */
async function startFixedServer(status: number, type: string, body: string) {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('calls', () => {
  test('start, list, get and cancel a workflow', async () => {
    await using store = await memoryStore();
    await using server = await startServer({ log: await store.open() });
    const client = createGithubClient({ url: server.url });
    const { workflowId } = await client.startComment({ target });
    const { workflows } = await client.listWorkflows({ limit: 5 });
    expect(workflows).toMatchObject([{ workflowId, title: 'acme/site#7', status: 'queued' }]);
    expect(await client.cancelWorkflow(workflowId, { reason: 'Not needed.' })).toEqual({
      outcome: 'cancelled',
    });
    const { snapshot, watchers } = await client.getWorkflow(workflowId);
    expect(snapshot).toMatchObject({ status: 'cancelled', cancelled: { reason: 'Not needed.' } });
    expect(watchers).toBe(0);
    expect(await client.samples()).toEqual([]);
  });

  test('D3: a question is started, and listed under its text', async () => {
    await using store = await memoryStore();
    await using server = await startServer({ log: await store.open() });
    const client = createGithubClient({ url: server.url });
    const { workflowId } = await client.startQuestion({ question: 'Where is it?', threadId: 't' });
    expect((await client.listWorkflows()).workflows).toMatchObject([
      { workflowId, workflow: 'askRepository', title: 'Where is it?', threadId: 't' },
    ]);
    await expect(client.startQuestion({ question: ' ' })).rejects.toMatchObject({
      kind: 'refused',
      code: 'invalid_input',
      message: expect.stringContaining('The question is empty.'),
    });
  });

  test('E2: a review is started with its settings', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    await using server = await startServer({ log });
    const client = createGithubClient({ url: server.url });
    const { workflowId } = await client.startReview({ target, budget: { usd: 1 } });
    const { workflows } = await client.listWorkflows();
    expect(workflows).toMatchObject([{ workflowId, workflow: 'reviewIssue' }]);
    const refused = client.startReview({ target, budget: { usd: 0 } });
    await expect(refused).rejects.toMatchObject({ kind: 'refused', code: 'invalid_input' });
  });

  test('E11: the list contains the number of watchers', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    await using server = await startServer({ log });
    const testLog = await TestLog.create(log);
    await testLog.status('one');
    const client = createGithubClient({ url: server.url });
    const following = client.follow(testLog.workflowId)[Symbol.asyncIterator]();
    await following.next();
    await eventually(async () =>
      expect((await client.listWorkflows()).workflows).toMatchObject([{ watchers: 1 }]),
    );
    await following.return?.();
    await eventually(async () =>
      expect((await client.getWorkflow(testLog.workflowId)).watchers).toBe(0),
    );
  });
});

describe('D8: the errors of a call', () => {
  test('refused, with the code and message of the server', async () => {
    await using store = await memoryStore();
    await using server = await startServer({ log: await store.open() });
    const client = createGithubClient({ url: server.url });
    const call = client.startComment({ target: { kind: 'sample', name: 'nope' } });
    await expect(call).rejects.toBeInstanceOf(RuntapeClientError);
    await expect(call).rejects.toMatchObject({ kind: 'refused', code: 'unknown_sample' });
    await expect(call).rejects.toThrow('There is no sample "nope".');
    await expect(client.getWorkflow('nonsense')).rejects.toMatchObject({
      kind: 'refused',
      code: 'unknown_workflow',
    });
  });

  test('refused, also by a proxy in front of the router', async () => {
    await using store = await memoryStore();
    await using server = await startServer({
      log: await store.open(),
      allowedHosts: ['runtape.example'],
    });
    const client = createGithubClient({ url: server.url });
    await expect(client.samples()).rejects.toMatchObject({
      kind: 'refused',
      code: 'host_not_allowed',
    });
  });

  test('service, when the server is unable to do its work', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    await using server = await startServer({ log });
    const client = createGithubClient({ url: server.url });
    const list = vi.spyOn(log, 'list');
    list.mockRejectedValueOnce(new EventLogError('unavailable', 'connect ECONNREFUSED'));
    await expect(client.listWorkflows()).rejects.toMatchObject({
      kind: 'service',
      code: 'unavailable',
    });
    list.mockRejectedValueOnce(new Error('a bug'));
    const call = client.listWorkflows();
    await expect(call).rejects.toMatchObject({ kind: 'service', code: 'internal' });
    await expect(call).rejects.not.toThrow('a bug');
  });

  test('network, when no server is reachable', async () => {
    await using store = await memoryStore();
    const server = await startServer({ log: await store.open() });
    await server.kill();
    const client = createGithubClient({ url: server.url });
    await expect(client.samples()).rejects.toMatchObject({ kind: 'network', code: 'unreachable' });
  });

  test.each([
    [502, 'text/html', '<h1>Bad gateway</h1>', 'service', 'http_error'],
    [404, 'text/html', '<h1>Not found</h1>', 'refused', 'http_error'],
    [200, 'text/html', '<h1>Welcome</h1>', 'protocol', 'http_error'],
    [200, 'application/json', '{"hello":1}', 'protocol', 'not_understood'],
    [200, 'application/json', '{"hel', 'protocol', 'not_understood'],
  ])('a %i with %s %s', async (status, type, body, kind, code) => {
    await using other = await startFixedServer(status, type, body);
    const client = createGithubClient({ url: other.url });
    await expect(client.samples()).rejects.toMatchObject({ kind, code });
  });

  test('an unknown code of a newer server keeps its message and its kind', async () => {
    const data = { code: 'TOO_MANY_REQUESTS', httpStatus: 429, error: { code: 'too_many' } };
    const error = { json: { message: 'Wait a minute.', code: -32029, data } };
    await using other = await startFixedServer(429, 'application/json', JSON.stringify({ error }));
    const call = createGithubClient({ url: other.url }).samples();
    await expect(call).rejects.toMatchObject({ kind: 'refused', message: 'Wait a minute.' });
  });

  test('any other thrown value becomes a client error', () => {
    const thrown = new RangeError('odd');
    const error = RuntapeClientError.from(thrown);
    expect(error).toMatchObject({ kind: 'protocol', code: 'unexpected', message: 'odd' });
    expect(error.cause).toBe(thrown);
    expect(RuntapeClientError.from(error)).toBe(error);
    expect(RuntapeClientError.from('text').message).toBe('text');
  });
});
