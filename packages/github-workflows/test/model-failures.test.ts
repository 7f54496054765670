import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { demoModelName } from '@runtape/worker/demo-model';
import { expect, test } from 'vitest';
import { startEndpoint } from './endpoint.ts';
import {
  failureOf,
  ofType,
  piecesOf,
  resultOf,
  retryReasons,
  stages,
  textOf,
} from './read-events.ts';
import { openHarness, type HarnessOptions } from './harness.ts';

const issue = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const github = {
  repositories: [
    {
      owner: 'acme',
      repo: 'app',
      files: { 'src/queue.ts': 'export function drainQueue() {\n  return null;\n}\n' },
      issues: [{ number: 7, title: 'drainQueue returns null', body: 'See `drainQueue`.' }],
    },
  ],
};

function withModel(openai: { apiKey?: string; baseURL?: string; model?: string }): HarnessOptions {
  return {
    github,
    changes: {
      openai: {
        apiKey: 'any',
        baseURL: 'http://127.0.0.1:9/v1',
        model: demoModelName,
        ...openai,
      },
    },
  };
}

test('A6: a 429 is reported as retrying, waited for as long as the model asks, and then completes', async () => {
  await using harness = await openHarness({
    github,
    failures: [{ kind: 'rate_limited', retryAfterSeconds: 1 }],
  });
  const events = await harness.run(issue);
  resultOf(events);
  expect(retryReasons(events)).toEqual(['model_rate_limited']);
  expect(ofType(events, 'workflow:retrying')[0]?.data.inMs).toBeGreaterThanOrEqual(1_000);
  expect(ofType(events, 'workflow:running').map(({ data }) => data.attempt)).toEqual([1, 2]);
});

test('F5: steps that had finished before a retry are not run again', async () => {
  await using harness = await openHarness({ github, failures: [{ kind: 'server_error' }] });
  const events = await harness.run(issue);
  resultOf(events);
  expect(retryReasons(events)).toEqual(['model_unavailable']);
  expect(stages(events)).toEqual([
    'authenticated',
    'issue_read',
    'repository_ready',
    'drafting',
    'drafting',
    'draft_ready',
  ]);
  const requested = harness.github.requests.map(({ path }) => path);
  expect(requested.filter((path) => path.endsWith('/issues/7'))).toHaveLength(1);
  expect(requested.filter((path) => path.includes('/tarball/'))).toHaveLength(1);
});

test('F5: a repository that vanished before the next attempt is downloaded again, at the same commit', async () => {
  await using harness = await openHarness({ github, failures: [{ kind: 'server_error' }] });
  const workflowId = await harness.start(issue);
  await harness.until(workflowId, (events) => retryReasons(events).length > 0);
  await rm(join(harness.scratch.path, 'cache'), { recursive: true });
  const events = await harness.ended(workflowId);
  expect(resultOf(events).sources).toHaveLength(1);
  const requested = harness.github.requests.map(({ path }) => path);
  expect(requested.filter((path) => path.startsWith('/codeload/'))).toHaveLength(2);
  expect(requested.filter((path) => path.endsWith('/commits/HEAD'))).toHaveLength(1);
});

test('A6: a stream that is cut midway is retried, and the final text is that of the last attempt', async () => {
  await using harness = await openHarness({ github });
  resultOf(await harness.run(issue));
  const rounds = harness.model.requests.length;
  const unharmed = Array.from({ length: rounds - 1 }, () => 'ok' as const);
  harness.model.script([...unharmed, { kind: 'cut', afterTokens: 120 }]);
  const events = await harness.run(issue);
  expect(retryReasons(events)).toEqual(['model_bad_response']);
  expect(textOf(events)).toBe(resultOf(events).comment);
  const all = ofType(events, 'token').filter(({ data }) => data.part === 'draft');
  const superseded = all.filter(({ metadata }) => metadata?.attempt === 1);
  expect(superseded.map(({ data }) => data.content).join('').length).toBeGreaterThan(100);
  expect(superseded.some(({ data }) => data.isComplete)).toBe(false);
});

test('A6: a malformed chunk is retried', async () => {
  await using harness = await openHarness({
    github,
    failures: [{ kind: 'malformed_chunk', afterTokens: 2 }],
  });
  const events = await harness.run(issue);
  resultOf(events);
  expect(retryReasons(events)).toEqual(['model_bad_response']);
});

test.each(['writes', 'deltas'] as const)(
  'C2: emoji, CJK and RTL text split over two %s arrive unbroken',
  async (across) => {
    await using harness = await openHarness({
      github,
      failures: Array.from({ length: 8 }, () => ({ kind: 'split_emoji', across }) as const),
    });
    const events = await harness.run(issue);
    const { comment } = resultOf(events);
    expect(textOf(events)).toBe(comment);
    expect(comment).toMatch(/\p{Extended_Pictographic}/u);
    expect(comment).toMatch(/\p{Script=Han}/u);
    expect(comment).toMatch(/\p{Script=Hebrew}|\p{Script=Arabic}/u);
    expect(comment).not.toContain('\uFFFD');
    for (const { content } of piecesOf(events)) expect(content.isWellFormed()).toBe(true);
  },
);

test('B5: a permanent failure ends the workflow after three attempts, with its code', async () => {
  await using harness = await openHarness({
    github,
    failures: Array.from(
      { length: 5 },
      () => ({ kind: 'malformed_chunk', afterTokens: 0 }) as const,
    ),
  });
  const events = await harness.run(issue);
  expect(failureOf(events).code).toBe('model_bad_response');
  expect(retryReasons(events)).toEqual(['model_bad_response', 'model_bad_response']);
  expect(harness.model.requests).toHaveLength(3);
});

test('B5: a wrong key fails immediately, and the message does not repeat it', async () => {
  await using model = await openHarness();
  await using harness = await openHarness(
    withModel({ apiKey: 'wrong-key', baseURL: model.model.url }),
  );
  const events = await harness.run(issue);
  const failure = failureOf(events);
  expect(failure.code).toBe('model_unauthorized');
  expect(failure.message).toContain('OPENAI_API_KEY');
  expect(JSON.stringify(events)).not.toContain('wrong-key');
  expect(retryReasons(events)).toEqual([]);
});

test('B5: a model that does not exist fails immediately', async () => {
  await using model = await openHarness();
  await using harness = await openHarness(
    withModel({ model: 'gpt-nope', baseURL: model.model.url }),
  );
  const failure = failureOf(await harness.run(issue));
  expect(failure.code).toBe('model_not_found');
  expect(failure.message).toContain('gpt-nope');
  expect(failure.message).toContain('OPENAI_MODEL');
});

test('A6: a model without a known price has an unknown cost, one with a price its actual cost', async () => {
  await using free = await openHarness({ github, changes: { prices: {} } });
  expect(resultOf(await free.run(issue)).cost).toBe(0);
  await using dear = await openHarness({
    github,
    changes: { prices: { [demoModelName]: { inputPerMillion: 1_000_000, outputPerMillion: 0 } } },
  });
  const events = await dear.run(issue);
  const { cost, usage } = resultOf(events);
  expect(cost).toBe(usage?.inputTokens);
  const last = events.at(-1);
  expect(last?.type === 'workflow:completed' ? last.data.cost : null).toBe(cost);
});

function sse(...chunks: readonly unknown[]): string {
  const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  return `${lines.join('')}data: [DONE]\n\n`;
}

const streamed = { 'content-type': 'text/event-stream' };

test.each([
  [
    'another exhausted quota',
    429,
    { code: 'insufficient_quota', message: 'You exceeded your quota' },
    'model_quota_exhausted',
  ],
  [
    'a request that is too large',
    400,
    { code: 'context_length_exceeded', message: 'Too long, sk-abcdefgh1234' },
    'model_rejected_request',
  ],
  ['no access', 403, { code: null, message: 'not for you' }, 'model_unauthorized'],
])('B5: %s is a failure with its own code', async (_, status, error, code) => {
  await using endpoint = await startEndpoint((response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { ...error, type: 'x', param: null } }));
  });
  await using harness = await openHarness(withModel({ baseURL: `${endpoint.url}/v1` }));
  const events = await harness.run(issue);
  expect(failureOf(events).code).toBe(code);
  expect(failureOf(events).message).not.toContain('sk-abcdefgh');
  expect(retryReasons(events)).toEqual([]);
});

test('B5: a refusal of the model ends the workflow honestly', async () => {
  await using endpoint = await startEndpoint((response) => {
    response.writeHead(200, streamed);
    response.end(sse({ choices: [{ delta: { refusal: 'I cannot.' }, finish_reason: 'stop' }] }));
  });
  await using harness = await openHarness(withModel({ baseURL: `${endpoint.url}/v1` }));
  expect(failureOf(await harness.run(issue)).code).toBe('model_refused');
});

test('A9: a draft that ends at the length limit is kept, and marked as cut off', async () => {
  await using endpoint = await startEndpoint((response) => {
    response.writeHead(200, streamed);
    response.end(
      sse({ choices: [{ delta: { content: 'It is so beca' }, finish_reason: 'length' }] }),
    );
  });
  await using harness = await openHarness(withModel({ baseURL: `${endpoint.url}/v1` }));
  const events = await harness.run(issue);
  expect(resultOf(events)).toMatchObject({ comment: 'It is so beca', usage: null, isCutOff: true });
  expect(piecesOf(events).at(-1)?.metadata).toEqual({ finishReason: 'length' });
  expect(ofType(events, 'log:created').at(-1)?.data.message).toContain('length limit');
});

test('A6: a model that keeps requesting tools is made to write', async () => {
  let rounds = 0;
  await using endpoint = await startEndpoint((response) => {
    rounds += 1;
    response.writeHead(200, streamed);
    const call = { index: 0, id: `c${rounds}`, function: { name: 'list_files', arguments: '' } };
    const asks = { delta: { tool_calls: [call] }, finish_reason: 'tool_calls' };
    const writes = { delta: { content: 'Enough.' }, finish_reason: 'stop' };
    response.end(sse({ choices: [rounds < 12 ? asks : writes] }));
  });
  await using harness = await openHarness(withModel({ baseURL: `${endpoint.url}/v1` }));
  const events = await harness.run(issue);
  expect(resultOf(events).comment).toBe('Enough.');
  expect(ofType(events, 'tool:returned')).toHaveLength(11);
});

test('B5: a response that violates the protocol is a bad response', async () => {
  await using endpoint = await startEndpoint((response) => {
    response.writeHead(200, streamed);
    response.end(sse({ choices: 'none' }));
  });
  await using harness = await openHarness(withModel({ baseURL: `${endpoint.url}/v1` }));
  const events = await harness.run(issue);
  expect(failureOf(events).code).toBe('model_bad_response');
});

const begun = 'data: {"choices":[{"delta":{"content":"It is"}}]}\n\n';

test.each<[string, (response: ServerResponse) => unknown]>([
  ['sends nothing at all', () => undefined],
  ['stalls before its first token', (response) => response.flushHeaders()],
  ['stalls in the middle', (response) => response.write(begun)],
  ['closes properly in the middle', (response) => response.end(begun)],
])('B5: a model that %s is given up and retried', async (_, beginning) => {
  let requested = 0;
  await using endpoint = await startEndpoint((response) => {
    requested += 1;
    if (requested > 1) {
      response.writeHead(200, streamed);
      response.end(sse({ choices: [{ delta: { content: 'It is so.' }, finish_reason: 'stop' }] }));
      return;
    }
    for (const [name, value] of Object.entries(streamed)) response.setHeader(name, value);
    beginning(response);
  });
  const openai = {
    apiKey: 'any',
    baseURL: `${endpoint.url}/v1`,
    model: demoModelName,
    // The second answer must be faster than this even on a busy machine.
    idleMs: 3_000,
  };
  await using harness = await openHarness({ github, changes: { openai } });
  const events = await harness.run(issue);
  expect(resultOf(events).comment).toBe('It is so.');
  expect(retryReasons(events)).toEqual([
    expect.stringMatching(/^model_(?:bad_response|unavailable)$/),
  ]);
});

test('B5: an endpoint that cannot be reached is unavailable', async () => {
  await using harness = await openHarness(withModel({}));
  const events = await harness.run(issue);
  expect(failureOf(events).code).toBe('model_unavailable');
  expect(failureOf(events).message).toContain('OPENAI_BASE_URL');
});
