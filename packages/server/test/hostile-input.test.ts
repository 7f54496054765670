import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { newRequest, post } from './requests.ts';
import { startApi } from './start-api.ts';

const secret = 'a secret of at least thirty-two characters';
/** A few hundred bytes, and room for a list of valid values. */
const SHORT = 2500;

function json(path: string, body: string): Request {
  return newRequest(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

const times = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(',');

let started: ReturnType<typeof startApi>;
beforeAll(() => (started = startApi()));
afterAll(async () => await started[Symbol.asyncDispose]());

const brackets = `${'['.repeat(900_000)}${']'.repeat(900_000)}`;
const hostile: Readonly<Record<string, readonly [path: string, body: string]>> = {
  '150,000 unknown fields': ['/api/chat', `{"query":"x",${times(150_000, (n) => `"f${n}":1`)}}`],
  '20,000 unknown fields': ['/api/chat', `{"query":"x",${times(20_000, (n) => `"f${n}":1`)}}`],
  '190 unknown fields': ['/api/chat', `{"query":"x",${times(190, (n) => `"f${n}":1`)}}`],
  'one field of 2 MB': ['/api/chat', `{"query":"x","${'f'.repeat(2_000_000)}":1}`],
  'a model for a role of 2 MB': [
    '/api/workflows',
    `{"workflow":"reviewIssue","input":{"target":{"kind":"sample","name":"slow"},"models":{"${'f'.repeat(2_000_000)}":"m"}}}`,
  ],
  'the same field over and over': ['/api/chat', `{${times(150_000, () => '"query":"x"')}}`],
  'event types that are none': [
    '/api/events',
    `{"streams":[{"workflowId":"x","types":[${times(480_000, () => '"x"')}]}]}`,
  ],
  '999 event types that are none, in each of 20 streams': [
    '/api/events',
    `{"streams":[${times(19, (n) => `{"workflowId":"${n}","types":[${times(999, () => '"x"')}]}`)}]}`,
  ],
  'streams that are none': ['/api/events', `{"streams":[${times(600_000, () => '1')}]}`],
  '900 streams that are none': ['/api/events', `{"streams":[${times(900, () => '1')}]}`],
  'many threads': ['/api/events', `{"threads":[${times(90_000, (n) => `{"threadId":"${n}"}`)}]}`],
  'deep brackets': ['/api/chat', `{"query":"x","history":${brackets}}`],
  'deep objects': ['/api/chat', `{"query":"x","history":${'{"a":'.repeat(300_000)}`],
  'deep brackets over tRPC': ['/trpc/startComment', `{"json":${brackets}}`],
  'many dates over tRPC': [
    '/trpc/startComment',
    `{"json":{"a":1},"meta":{"values":{${times(100_000, (n) => `"a.${n}":["Date"]`)}}}}`,
  ],
  'a path of 2 MB over tRPC': [
    '/trpc/startComment',
    `{"json":{"a":1},"meta":{"values":{"${'a.'.repeat(900_000)}a":["Date"]}}}`,
  ],
  'a large integer over tRPC': [
    '/trpc/startComment',
    `{"json":{"a":"${'9'.repeat(1_900_000)}"},"meta":{"values":{"a":["bigint"]}}}`,
  ],
  'a regular expression over tRPC': [
    '/trpc/startComment',
    '{"json":{"a":"/(a+)+$/"},"meta":{"values":{"a":["regexp"]}}}',
  ],
  'a number of 2 MB': ['/api/chat', `{"query":${'9'.repeat(2_000_000)}}`],
  'a text of 2 MB': ['/api/chat', `{"query":"${'x'.repeat(2_000_000)}"}`],
  'a text of 2 MB in escapes': ['/api/chat', `{"query":"${'\\u0000'.repeat(330_000)}"}`],
  'a text of 2 MB for a workflow id': [
    '/api/events',
    `{"streams":[{"workflowId":"${'x'.repeat(2_000_000)}"}]}`,
  ],
  'half a text': ['/api/chat', `{"query":"${'x'.repeat(2_000_000)}`],
  'no JSON': ['/api/chat', 'x'.repeat(2_000_000)],
};

describe('K1: meaningless input is refused early, with a short message', () => {
  test.each(Object.entries(hostile))('%s', async (_, [path, body]) => {
    const response = await started.api.fetch(json(path, body));
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(SHORT);
  });

  test.each([
    [
      'thousands of names in a query',
      `/api/health?${times(3000, (n) => `_${n}`).replaceAll(',', '&')}`,
      200,
    ],
    [
      'a query of unknown names',
      `/api/workflows?${times(3000, (n) => `a${n}`).replaceAll(',', '&')}`,
      400,
    ],
    ['a list of statuses', `/api/workflows?status=${','.repeat(15_000)}`, 400],
    ['an invalid limit', '/api/workflows?limit=1e9', 400],
    ['a cursor of 15 KB', `/api/workflows/x/events?after=${'x'.repeat(15_000)}`, 400],
    ['a procedure of 15 KB', `/trpc/${'x'.repeat(15_000)}`, 404],
    ['deep brackets in a query', `/trpc/workflow.get?input=${'['.repeat(8000)}`, 400],
    ['1,500 calls', `/trpc/${times(1500, () => 'samples')}?batch=1&input=%7B%7D`, 400],
  ])('%s', async (_, path, status) => {
    const response = await started.api.fetch(newRequest(path));
    expect(response.status).toBe(status);
    expect((await response.text()).length).toBeLessThan(SHORT);
  });

  test('a compressed body is not decompressed', async () => {
    const request = json('/api/chat', '{"query":"x"}');
    request.headers.set('content-encoding', 'gzip');
    const response = await started.api.fetch(request);
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_media_type' } });
  });
});

test('K2: at most ten calls are accepted in one tRPC request', async () => {
  const batch = (count: number) =>
    newRequest(`/trpc/${times(count, () => 'samples')}?batch=1&input=%7B%7D`);
  expect((await started.api.fetch(batch(10))).status).toBe(200);
  expect((await started.api.fetch(batch(11))).status).toBe(400);
});

test('K2: a body that requires signing in is not read before that', async () => {
  await using closed = startApi({ accounts: createJwtAccounts({ secret }) });
  const paths = ['/api/chat', '/api/workflows', '/api/events', '/trpc/startComment'];
  for (const path of paths) {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          pulled += 1;
          controller.enqueue(new TextEncoder().encode('['));
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' };
    const request = newRequest(path, init);
    const response = await closed.api.fetch(request);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('unauthorized');
    expect(pulled).toBe(0);
  }
});

test("B5: requests of the web page's client are within the limits", async () => {
  const turn = { question: 'q'.repeat(4000), answer: 'a'.repeat(50_000) };
  const history = Array.from({ length: 20 }, () => turn);
  const question = { question: 'x?', history };
  const response = await started.api.fetch(
    post('/api/workflows', { workflow: 'askRepository', input: question }),
  );
  expect(response.status).toBe(201);
  const types = ['token', 'status', 'workflow:completed'];
  const streams = Array.from({ length: 200 }, (_, n) => ({ workflowId: `wf_${n}`, types }));
  const shared = await started.api.fetch(post('/api/events', { streams }));
  expect(shared.status).toBe(200);
  await shared.body?.cancel();
});

test('B5: fields that a tRPC client leaves undefined are left out', async () => {
  const body = JSON.stringify({
    json: { question: 'x?', threadId: null, target: { kind: 'sample' }, budget: null },
    meta: { values: { threadId: ['undefined'], budget: ['undefined'] }, v: 1 },
  });
  expect((await started.api.fetch(json('/trpc/startQuestion', body))).status).toBe(200);
});
