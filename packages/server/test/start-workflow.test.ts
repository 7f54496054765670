import { createWorkflowStarter, createInProcessQueue } from '@runtape/engine';
import { defineContract } from '@runtape/engine/define';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApi } from '../src/index.ts';
import { post } from './requests.ts';
import { startApi } from './start-api.ts';

const github = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const sample = { kind: 'sample', name: 'slow' } as const;

const summarise = defineContract({
  name: 'summarise',
  input: z.object({ url: z.url(), limit: z.int().default(5) }),
  summary: ({ url, limit }) => ({ title: `Summarise ${limit} items`, target: url }),
});
/** A schema of another library. */
const shout = defineContract({
  name: 'shout',
  input: {
    '~standard': {
      version: 1,
      vendor: 'other',
      validate: async (value: unknown) =>
        typeof value === 'object' && value !== null && 'text' in value
          ? { value }
          : { issues: [{ message: 'Invalid: say something.', path: ['text'] }] },
    },
  },
});

type Started = ReturnType<typeof startApi>;

/** The outcome of a start over tRPC and over plain HTTP. */
const surfaces: readonly (readonly [string, (t: Started, body: object) => Promise<string>])[] = [
  [
    'tRPC',
    async ({ api }, body) => {
      const response = await api.fetch(post('/trpc/start', { json: body }));
      const answer: unknown = await response.json();
      return outcomeOf(response.status, JSON.stringify(answer));
    },
  ],
  [
    'HTTP',
    async ({ api }, body) => {
      const response = await api.fetch(post('/api/workflows', body));
      return outcomeOf(response.status, await response.text());
    },
  ],
];

function outcomeOf(status: number, text: string): string {
  const [, code = ''] = /docs\/errors\/(\w+)\.md/.exec(text) ?? [];
  return `${status < 300 ? 'started' : status} ${code}`.trim();
}

describe.each(surfaces)('start over %s', (_name, start) => {
  test('starts a definition that the server only knows by its contract', async () => {
    await using t = startApi({ workflows: [summarise, shout] });
    const body = {
      workflow: 'summarise',
      input: { url: 'https://example.com' },
      threadId: 'talk',
      idempotencyKey: 'k',
    };
    expect(await start(t, body)).toBe('started');
    expect(await start(t, body)).toBe('started');
    const { workflows } = await t.caller.workflow.list();
    expect(workflows).toMatchObject([
      {
        workflow: 'summarise',
        title: 'Summarise 5 items',
        target: 'https://example.com',
        threadId: 'talk',
      },
    ]);
    const [{ workflowId } = { workflowId: '' }] = workflows;
    // What the client sent: the worker checks it again, with the same defaults.
    expect(await t.caller.workflow.input({ workflowId })).toEqual({
      workflow: 'summarise',
      input: { url: 'https://example.com' },
    });
  });

  test('starts a definition whose schema is of another library, and asynchronous', async () => {
    await using t = startApi({ workflows: [shout] });
    expect(await start(t, { workflow: 'shout', input: { text: 'Hey' } })).toBe('started');
    expect((await t.caller.workflow.list()).workflows).toMatchObject([
      { workflow: 'shout', title: 'shout', target: '' },
    ]);
    expect(await start(t, { workflow: 'shout', input: {} })).toBe('400 invalid_input');
  });

  test.each([
    ['an unknown name', { workflow: 'nope', input: {} }, '400 unknown_workflow_name'],
    ['the name of a property', { workflow: '__proto__', input: {} }, '400 unknown_workflow_name'],
    [
      'an unknown field',
      { workflow: 'shout', input: { text: '' }, tread: '' },
      '400 invalid_input',
    ],
    ['a wrong input', { workflow: 'summarise', input: { url: 'x' } }, '400 invalid_input'],
    ['no input', { workflow: 'summarise' }, '400 invalid_input'],
    [
      'a bad thread',
      { workflow: 'shout', input: { text: '' }, threadId: 'a b' },
      '400 invalid_input',
    ],
  ])('B5: refuses %s before anything is started', async (_what, body, outcome) => {
    await using t = startApi({ workflows: [summarise, shout] });
    expect(await start(t, body)).toBe(outcome);
    expect((await t.caller.workflow.list()).workflows).toEqual([]);
    expect(t.errors).toEqual([]);
  });

  test.each([
    ['a sample that is not there', 'commentOnIssue', { target: { ...sample, name: 'nope' } }],
    ['a folder', 'commentOnIssue', { target: { kind: 'local', issue: 'x', path: '/etc' } }],
    ['posting', 'commentOnIssue', { target: github, post: true }],
    ['a model', 'reviewIssue', { target: sample, models: { writer: 'dear' } }],
    [
      'a folder to ask about',
      'askRepository',
      { question: 'x?', target: { kind: 'local', path: '/' } },
    ],
  ])('K2: refuses %s as the procedure of that workflow does', async (_what, workflow, input) => {
    await using t = startApi({
      allowLocal: false,
      permissions: { post: 'nobody', chooseModel: 'nobody' },
    });
    const procedure = { commentOnIssue: 'startComment', reviewIssue: 'startReview' }[workflow];
    const refused = await t.api.fetch(
      post(`/trpc/${procedure ?? 'startQuestion'}`, { json: input }),
    );
    const outcome = outcomeOf(refused.status, await refused.text());
    expect(outcome).toMatch(/^40\d (?:unknown_sample|\w+_not_allowed)$/);
    expect(await start(t, { workflow, input })).toBe(outcome);
    expect((await t.caller.workflow.list()).workflows).toEqual([]);
  });

  test('K2: does not start postComment, which posts only what a workflow drafted', async () => {
    await using t = startApi();
    const input = { target: github, body: 'Hello', draftedBy: 'wf_0123456789abcdef' };
    expect(await start(t, { workflow: 'postComment', input })).toBe('400 unknown_workflow_name');
  });
});

test('the message for an unknown name lists the names there are', async () => {
  await using t = startApi({ workflows: [summarise, shout] });
  const call = t.caller.start({ workflow: 'nope', input: {} });
  await expect(call).rejects.toThrow(
    'There is no workflow "nope" to start. There are: summarise, shout.',
  );
});

test('the message for a wrong input has the path of each mistake', async () => {
  await using t = startApi({ workflows: [summarise, shout] });
  const wrong = { workflow: 'summarise', input: { url: 'x', limit: 'y' } };
  await expect(t.caller.start(wrong)).rejects.toThrow(
    'input.url must be a URL. input.limit must be a number.',
  );
  const other = t.caller.start({ workflow: 'shout', input: {} });
  await expect(other).rejects.toThrow('input.text: Invalid: say something.');
});

test('an input that is not JSON is refused', async () => {
  const any = defineContract({ name: 'any', input: z.unknown() });
  await using t = startApi({ workflows: [any] });
  const call = t.caller.start({ workflow: 'any', input: { at: new Date() } });
  await expect(call).rejects.toThrow('The input must be JSON.');
});

test('two definitions of one name are refused when the API is made', async () => {
  const log = createMemoryEventLog({});
  const starter = createWorkflowStarter({ log, queue: createInProcessQueue() });
  const fanOut = new FanOut({ log });
  const workflows = [summarise, { ...shout, name: 'summarise' }];
  const options = { log, starter, fanOut, workflows };
  expect(() => createApi(options)).toThrow(expect.objectContaining({ code: 'invalid_definition' }));
  await fanOut.close();
});
