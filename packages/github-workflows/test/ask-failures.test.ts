import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startEndpoint } from './endpoint.ts';
import { answerOf, failureOf, ofType, retryReasons, textOf } from './read-events.ts';
import { scratchFolder } from './scratch-folder.ts';
import { type AskedQuestion, openHarness, type HarnessOptions } from './harness.ts';

const repository = {
  owner: 'acme',
  repo: 'app',
  files: { 'src/queue.ts': '/** Hands out what waits. */\nexport function drainQueue() {}\n' },
};
const github = { repositories: [repository] };
const target = { kind: 'github', owner: 'acme', repo: 'app' } as const;
const question = 'What does drainQueue hand out?';

interface Case {
  readonly name: string;
  readonly code: string;
  /** Text that the message must contain. */
  readonly says: string;
  readonly requested?: Partial<AskedQuestion>;
  readonly options?: HarnessOptions;
}

const cases: readonly Case[] = [
  {
    name: 'an unknown repository',
    code: 'repository_not_found',
    says: 'check its spelling and the access of the token',
    requested: { target: { ...target, repo: 'nope' } },
  },
  {
    name: 'a repository without a commit',
    code: 'repository_empty',
    says: 'no commit',
    options: { github: { repositories: [{ ...repository, empty: true }] } },
  },
  {
    name: 'a repository without files',
    code: 'repository_without_text',
    says: 'no file in acme/app',
    options: { github: { repositories: [{ ...repository, files: {} }] } },
  },
  {
    name: 'a repository with only binary and empty files, secrets and lock files',
    code: 'repository_without_text',
    says: 'None of the 3 files in acme/app is text',
    options: {
      github: {
        repositories: [
          {
            ...repository,
            files: { 'a.png': '\0PNG', 'b.txt': '', 'yarn.lock': 'x@1:\n', '.env': 'KEY=1' },
          },
        ],
      },
    },
  },
  {
    name: 'a repository whose only file is not text',
    code: 'repository_without_text',
    says: 'The only file in acme/app is no text',
    options: { github: { repositories: [{ ...repository, files: { 'a.png': '\0PNG' } }] } },
  },
  {
    name: 'a repository above the limits',
    code: 'repository_too_large',
    says: 'name the folder instead',
    options: { changes: { limits: { maxEntries: 0 } } },
  },
  {
    name: 'a folder that does not exist',
    code: 'folder_not_found',
    says: 'no folder "not-here"',
    requested: { target: { kind: 'local', path: join(import.meta.dirname, 'not-here') } },
  },
  {
    name: 'a local folder where that is not allowed',
    code: 'local_not_allowed',
    says: 'Name a repository on GitHub instead',
    requested: { target: { kind: 'local', path: import.meta.dirname } },
    options: { changes: { allowLocal: false } },
  },
  {
    name: 'an empty question',
    code: 'invalid_input',
    says: 'The question is empty',
    requested: { question: '  ' },
  },
  {
    name: 'a question over the limit',
    code: 'invalid_input',
    says: 'at most 4000 characters',
    requested: { question: 'x'.repeat(4_001) },
  },
];

test.each(cases)('B5: D4: $name: $code', async ({ code, says, requested, options }) => {
  await using harness = await openHarness({ github, ...options });
  const events = await harness.ended(await harness.ask({ question, target, ...requested }));
  const failure = failureOf(events);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(says);
  expect(failure.message).not.toContain(harness.scratch.path);
  expect(failure.message).not.toContain(import.meta.dirname);
  expect(retryReasons(events)).toEqual([]);
  expect(harness.model.requests).toEqual([]);
});

test('D4: the partial answer is delivered before the error that ends the stream', async () => {
  const cut = { kind: 'cut', afterTokens: 60 } as const;
  await using harness = await openHarness({ github, failures: [cut, cut, cut] });
  const events = await harness.ended(await harness.ask({ question, target }));
  expect(failureOf(events)).toEqual({
    code: 'model_bad_response',
    message: expect.stringContaining("The model's answer broke off"),
  });
  expect(retryReasons(events)).toHaveLength(2);
  expect(textOf(events, 'answer').length).toBeGreaterThan(100);
  expect(ofType(events, 'status').map(({ data }) => data.stage)).toContain('passages_read');
});

/** A model that sends a given text, and then disconnects or ends. */
function sendText(pieces: readonly string[], ending: 'stop' | 'disconnect') {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (choice: object): void => {
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
    };
    for (const content of pieces) send({ delta: { content } });
    if (ending === 'stop') {
      send({ delta: {}, finish_reason: 'stop' });
      response.end('data: [DONE]\n\n');
    } else {
      // Sent before the connection is cut.
      response.write(':\n\n', () => response.destroy());
    }
  };
}

function withModel(baseURL: string): HarnessOptions {
  return { github, changes: { openai: { apiKey: 'any', baseURL, model: 'some-model' } } };
}

test('D4: a beginning too short to be distinguished from a remark is still delivered', async () => {
  await using endpoint = await startEndpoint(sendText(['It hands', ' out'], 'disconnect'));
  await using harness = await openHarness(withModel(endpoint.url));
  const events = await harness.ended(await harness.ask({ question, target }));
  expect(failureOf(events).code).toMatch(/^model_/);
  expect(textOf(events, 'answer')).toBe('It hands out');
});

test('D3: a citation of code that the model was not shown is not a source, and is logged', async () => {
  const answer = 'What waits: `src/queue.ts:1`, also `src/queue.ts:2-90` and `src/made-up.ts:7`.';
  await using endpoint = await startEndpoint(sendText([answer], 'stop'));
  await using harness = await openHarness(withModel(endpoint.url));
  const events = await harness.ended(await harness.ask({ question, target }));
  expect(answerOf(events)).toEqual({
    answer,
    model: 'some-model',
    isCutOff: false,
    usage: null,
    cost: null,
    sources: [{ path: 'src/queue.ts', lines: [1, 1] }],
  });
  expect(ofType(events, 'log:created').map(({ data }) => data)).toContainEqual({
    level: 'warn',
    message: expect.stringContaining('cites places that the model has not seen'),
    fields: { invented: ['src/queue.ts:2-90', 'src/made-up.ts:7'] },
  });
});

test('D3: an empty answer is a failure', async () => {
  await using endpoint = await startEndpoint(sendText([], 'stop'));
  await using harness = await openHarness(withModel(endpoint.url));
  const events = await harness.ended(await harness.ask({ question, target }));
  expect(failureOf(events)).toMatchObject({ code: 'model_bad_response' });
});

test('D3: a repository too large to be indexed completely is indexed in part, with a log message', async () => {
  await using harness = await openHarness({ changes: { indexLimits: { maxChars: 2_000 } } });
  const text = 'export const filler = 1; // drainQueue hands out\n'.repeat(20);
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`src/f${index}.ts`, text]),
  );
  await using folder = await scratchFolder(files);
  const local = { kind: 'local', path: folder.path } as const;
  const events = await harness.ended(await harness.ask({ question, target: local }));
  expect(answerOf(events).sources.length).toBeGreaterThan(0);
  expect(ofType(events, 'log:created').map(({ data }) => data)).toContainEqual({
    level: 'warn',
    message: expect.stringContaining('too large to be indexed whole'),
    fields: { count: 24 },
  });
});

test('D3: F4: a cancel while the answer is written aborts the request to the model and keeps the text so far', async () => {
  await using harness = await openHarness({ github, tokensPerSecond: 50 });
  const workflowId = await harness.ask({ question, target });
  await harness.until(workflowId, (events) => textOf(events, 'answer').length > 20);
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  await vi.waitFor(() => expect(harness.model.requests.at(-1)?.outcome).toBe('aborted by client'));
});

test('E2: D4: a budget that runs out while the answer is written ends it, and keeps the text so far', async () => {
  await using harness = await openHarness({ github });
  const free = await harness.ended(await harness.ask({ question, target }));
  const { usage } = answerOf(free);
  const tokens = Math.floor((usage?.totalTokens ?? 0) * 0.9);
  const events = await harness.ended(await harness.ask({ question, target, budget: { tokens } }));
  expect(ofType(events, 'budget:warning')).toHaveLength(1);
  expect(ofType(events, 'budget:exceeded')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:cancelled', data: { by: 'budget' } });
  expect(textOf(events, 'answer')).not.toBe('');
});
