import {
  defineOperation,
  defineRoute,
  noBody,
  noInput,
  noParams,
  noQuery,
  output,
} from '@runtape/contract';
import { defineContract } from '@runtape/engine/define';
import { TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  ApiError,
  handleRoute,
  implement,
  type Plugin,
  requireUser,
} from '../src/plugins/index.ts';
import { createJwtAccounts } from '../src/index.ts';
import { newRequest, post } from './requests.ts';
import { startApi } from './start-api.ts';

const operations = {
  greet: defineOperation(
    { kind: 'mutation', path: 'greet' },
    {
      input: z.object({ name: z.string() }),
      output: output(z.object({ greeting: z.string() })),
      errors: ['nobody_there'],
    },
  ),
  weather: defineOperation(
    { kind: 'query', path: 'outside.weather' },
    { input: noInput, output: output(z.enum(['rain', 'sun'])), errors: [] },
  ),
};

const greetings = {
  name: 'greetings',
  procedures: {
    greet: implement(operations.greet, (ctx, { name }) => {
      requireUser(ctx);
      if (name === '') {
        throw new ApiError('nobody_there', 'There is nobody to greet.', { status: 404 });
      }
      return { greeting: `Hello ${name}` };
    }),
    weather: implement(operations.weather, () => 'rain' as const),
  },
  routes: [
    handleRoute(
      defineRoute({
        method: 'GET',
        path: '/api/greeting',
        id: 'greeting',
        tag: 'greetings',
        summary: 'Greets.',
        params: noParams,
        query: noQuery,
        body: noBody,
        answers: { 200: { description: 'A greeting.', type: 'text/plain' } },
      }),
      async () => new Response('Hello'),
    ),
  ],
  tags: [{ name: 'greetings', description: 'Friendly.' }],
  formats: {
    types: {
      types: null,
      ofEntry: ({ event }) => ({ event: 'type', data: { type: event.type } }),
      ofSnapshot: () => [],
    },
  },
  textFields: ['summary'],
  starts: { closed: null, open: { authorise: () => ({ title: 'Opened', target: 'a door' }) } },
} satisfies Plugin;

/** Has the path of a procedure of Runtape. */
const taken = implement({ ...operations.weather, path: 'workflow.info' }, () => 'sun' as const);

const closed = defineContract({ name: 'closed', input: z.object({}) });
const open = defineContract({ name: 'open', input: z.object({}) });

describe('a plugin', () => {
  test('adds procedures to the router', async () => {
    await using t = startApi({ plugins: [greetings] });
    const response = await t.api.fetch(post('/trpc/greet', { json: { name: 'Ada' } }));
    expect(await response.json()).toMatchObject({
      result: { data: { json: { greeting: 'Hello Ada' } } },
    });
    const weather = await t.api.fetch(newRequest('/trpc/outside.weather'));
    expect(await weather.json()).toMatchObject({ result: { data: { json: 'rain' } } });
    const missing = await t.api.fetch(post('/trpc/greet', { json: {} }));
    expect(await missing.json()).toMatchObject({
      error: { json: { data: { error: { code: 'invalid_input' } } } },
    });
  });

  test('has error codes of its own, each with its status', async () => {
    await using t = startApi({ plugins: [greetings] });
    const response = await t.api.fetch(post('/trpc/greet', { json: { name: '' } }));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: {
        json: {
          message: 'There is nobody to greet.',
          data: {
            code: 'NOT_FOUND',
            error: { code: 'nobody_there', docs: 'docs/errors/nobody_there.md' },
          },
        },
      },
    });
    expect(t.errors).toEqual([]);
  });

  test('K2: its procedures know who calls', async () => {
    const accounts = createJwtAccounts({ secret: 'a secret of at least thirty-two characters' });
    await using t = startApi({ plugins: [greetings], accounts });
    expect((await t.api.fetch(post('/trpc/greet', { json: { name: 'Ada' } }))).status).toBe(401);
  });

  test('adds routes, and they are in the documentation', async () => {
    await using t = startApi({ plugins: [greetings] });
    expect(await (await t.api.fetch(newRequest('/api/greeting'))).text()).toBe('Hello');
    expect((await t.api.fetch(post('/api/greeting', {}))).status).toBe(405);
    expect(await (await t.api.fetch(newRequest('/api/openapi.json'))).json()).toMatchObject({
      paths: { '/api/greeting': { get: { operationId: 'greeting' } } },
      tags: expect.arrayContaining([{ name: 'greetings', description: 'Friendly.' }]),
    });
  });

  test('adds formats of streams, and fields that hold the text of a result', async () => {
    await using t = startApi({ plugins: [greetings] });
    const { workflowId } = await TestLog.ended(t.log, 'a');
    const events = `/api/workflows/${workflowId}/events`;
    const stream = await t.api.fetch(newRequest(`${events}?format=types`));
    expect(await stream.text()).toContain('event: type\ndata: {"type":"token"}');
    const refused = await t.api.fetch(newRequest(`${events}?format=tapes`));
    expect(await refused.text()).toMatch(/There are: native, simple, thread, .*types\./);
  });

  test('decides who may start a workflow by its name', async () => {
    await using t = startApi({ plugins: [greetings], workflows: [closed, open] });
    const call = t.caller.start({ workflow: 'closed', input: {} });
    await expect(call).rejects.toThrow('There are: open.');
    const { workflowId } = await t.caller.start({ workflow: 'open', input: {} });
    expect(await t.caller.workflow.info({ workflowId })).toMatchObject({
      title: 'Opened',
      target: 'a door',
    });
  });

  test.each([
    ['a procedure of Runtape', { procedures: { taken } }, /workflow\.info, which Runtape/],
    ['a procedure of another plugin', { procedures: greetings.procedures }, /procedure greet/],
    ['a route of another plugin', { routes: greetings.routes }, /route GET \/api\/greeting/],
    ['a format of Runtape', { formats: { native: greetings.formats.types } }, /format native/],
    ['a rule of another plugin', { starts: { open: null } }, /start rule open/],
  ])('is refused when it has %s', (_what, more, message) => {
    const plugins = [greetings, { name: 'other', ...more }];
    const refused = expect.objectContaining({
      code: 'invalid_definition',
      message: expect.stringMatching(message),
    });
    expect(() => startApi({ plugins })).toThrow(refused);
  });
});
