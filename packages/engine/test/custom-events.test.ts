import { isEventType } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, RetryableError } from '../src/index.ts';
import { openHarness } from './harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const feed = { name: 'feed', input: z.null(), result: z.null() } as const;

test('E1: the events that a definition declares are stored under their own type, in order', async () => {
  await using harness = openHarness();
  const definition = defineWorkflow({
    ...feed,
    events: {
      item: z.object({ title: z.string(), rank: z.int().default(1) }),
      done: z.boolean(),
    },
    run: async (ctx) => {
      await ctx.emit('item', { title: 'One' });
      await ctx.step('two', z.null(), async () => {
        await ctx.emit('item', { title: 'Two', rank: 2 });
        return null;
      });
      await ctx.emit('done', true);
      return null;
    },
  });
  await harness.work([definition]);
  const events = await harness.ended(await harness.start({ workflow: 'feed' }));
  const own = events.filter(({ type }) => !/:/.test(type));
  expect(own).toMatchObject([
    { type: 'item', data: { title: 'One', rank: 1 }, metadata: { attempt: 1 } },
    { type: 'item', data: { title: 'Two', rank: 2 }, metadata: { attempt: 1, step: 'two' } },
    { type: 'done', data: true, metadata: { attempt: 1 } },
  ]);
  expect(events.at(-1)?.type).toBe('workflow:completed');
});

test('E1: an event of a step that did not complete is superseded like any other', async () => {
  await using harness = openHarness();
  const definition = defineWorkflow({
    ...feed,
    events: { item: z.int() },
    run: async (ctx) => {
      await ctx.step('read', z.null(), async () => {
        await ctx.emit('item', ctx.attempt);
        if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
        return null;
      });
      return null;
    },
  });
  await harness.work([definition]);
  const events = await harness.ended(await harness.start({ workflow: 'feed' }));
  const items = events.filter(({ type }) => !isEventType(type));
  expect(items).toMatchObject([
    { data: 1, metadata: { attempt: 1, step: 'read' } },
    { data: 2, metadata: { attempt: 2, step: 'read' } },
  ]);
});

test.each([
  ['an undeclared type', 'undeclared_event', 'itme', { title: 'One' }, 'declares item, at'],
  [
    'the name of a property of every object',
    'undeclared_event',
    'constructor',
    {},
    'declares item, at',
  ],
  ['an empty type', 'undeclared_event', '', {}, 'declares item, at'],
  ['the name __proto__', 'undeclared_event', '__proto__', {}, 'declares item, at'],
  ['a type of another version', 'undeclared_event', 'workflow:unknown', {}, 'declares item, at'],
  [
    'an event passed as one object',
    'undeclared_event',
    { type: 'item' },
    undefined,
    'declares item, at',
  ],
  ['a type with a colon', 'undeclared_event', 'feed:item', {}, 'declares item, at'],
  ['data that does not fit', 'invalid_event', 'item', { title: 1 }, 'title'],
  ['data that is not JSON', 'invalid_event', 'at', new Date(0), 'not JSON'],
])('B5: %s ends the workflow with %s', async (_, code, type, data, words) => {
  await using harness = openHarness();
  const definition = defineWorkflow({
    ...feed,
    events: { item: z.object({ title: z.string() }), at: z.date() },
    run: async (ctx) => {
      // @ts-expect-error -- as from a program without types
      await ctx.emit(type, data);
      return null;
    },
  });
  await harness.work([definition]);
  const events = await harness.ended(await harness.start({ workflow: 'feed' }));
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:failed',
    data: { error: { code, message: expect.stringContaining(words) } },
  });
});

test.each([
  'feed:item',
  'token',
  'status',
  'reset',
  'cursor',
  'error',
  'message',
  '',
  '1st',
  'a b',
  'x'.repeat(101),
])('B5: a definition cannot declare an event "%s"', (type) => {
  const define = () =>
    defineWorkflow({ ...feed, events: { [type]: z.null() }, run: async () => null });
  expect(define).toThrow(expect.objectContaining({ code: 'invalid_definition' }));
});
