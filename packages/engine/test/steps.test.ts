import { sleep } from '@runtape/async';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, RetryableError, type WorkflowContext } from '../src/index.ts';
import { openHarness } from './harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const define = (run: (ctx: WorkflowContext) => Promise<unknown>) =>
  defineWorkflow({
    name: 'test',
    input: z.null(),
    result: z.json(),
    run: async (ctx) => z.json().parse(await run(ctx)),
  });

const answer = z.object({ answer: z.number() });

test('F5: a completed step is not run again on a later attempt; its stored result is returned', async () => {
  await using harness = openHarness();
  const ran: string[] = [];
  await harness.work([
    define(async (ctx) => {
      const one = await ctx.step('one', answer, async () => {
        ran.push(`one ${ctx.attempt}`);
        return { answer: 41 };
      });
      const nothing = await ctx.step('nothing', z.null(), async () => {
        ran.push(`nothing ${ctx.attempt}`);
        return null;
      });
      const two = await ctx.step('two', answer, async () => {
        ran.push(`two ${ctx.attempt}`);
        if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
        return { answer: one.answer + 1 };
      });
      return { ...two, nothing };
    }),
  ]);
  const events = await harness.ended(await harness.start());
  expect(ran).toEqual(['one 1', 'nothing 1', 'two 1', 'two 2']);
  expect(events.at(-1)?.data).toMatchObject({ result: { answer: 42, nothing: null } });
  const told = events.map((event) =>
    event.type === 'step:started' || event.type === 'step:completed'
      ? `${event.type} ${event.data.step} ${event.metadata?.step} ${event.metadata?.attempt}`
      : event.type,
  );
  expect(told).toEqual([
    'workflow:started',
    'workflow:running',
    'step:started one one 1',
    'step:completed one one 1',
    'step:started nothing nothing 1',
    'step:completed nothing nothing 1',
    'step:started two two 1',
    'workflow:retrying',
    'workflow:running',
    'step:started two two 2',
    'step:completed two two 2',
    'workflow:completed',
  ]);
});

test('F5: the result of a step is stored before anything can build on it, in one append with its event', async () => {
  await using harness = openHarness();
  const stored: unknown[] = [];
  await harness.work([
    define(async (ctx) => {
      await ctx.spend({ usage: null, cost: 1 });
      await ctx.step('one', answer, async () => {
        await ctx.spend({ usage: null, cost: 2 });
        return { answer: 1 };
      });
      const { tail, summary } = await harness.record(ctx.workflowId);
      stored.push(tail, summary.cost, await harness.log.steps(ctx.workflowId));
    }),
  ]);
  await harness.ended(await harness.start());
  expect(stored).toEqual([4, 3, new Map([['one', { answer: 1 }]])]);
});

test('F5: a step does not return before its result is stored, however long that takes', async () => {
  await using harness = openHarness();
  const built: number[] = [];
  const worker = await harness.work([
    define(async (ctx) => {
      const { answer: found } = await ctx.step('one', answer, async () => {
        worker.freeze();
        return { answer: 1 };
      });
      built.push(found);
    }),
  ]);
  const workflowId = await harness.start();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(built).toEqual([]);
  worker.thaw();
  await harness.ended(workflowId);
  expect(built).toEqual([1]);
});

test('events carry the step in which they were emitted, even when steps run concurrently or nested', async () => {
  await using harness = openHarness();
  await harness.work([
    define(async (ctx) => {
      const say = async (text: string, ms: number): Promise<void> => {
        await sleep(ms, ctx.signal);
        await ctx.status('said', text);
      };
      await ctx.status('said', 'before');
      await Promise.all([
        ctx.step('left', z.null(), async () => {
          await say('left 1', 30);
          await say('left 2', 30);
          return null;
        }),
        ctx.step('right', z.null(), async () => {
          await say('right 1', 20);
          await ctx.step('inner', z.null(), async () => {
            await say('inner', 20);
            return null;
          });
          await say('right 2', 30);
          return null;
        }),
        say('beside', 10),
      ]);
      await ctx.status('said', 'after');
    }),
  ]);
  const events = await harness.ended(await harness.start());
  const said = events.flatMap((event) =>
    event.type === 'status' ? [[event.data.message, event.metadata?.step]] : [],
  );
  expect(said).toEqual([
    ['before', undefined],
    ['beside', undefined],
    ['right 1', 'right'],
    ['left 1', 'left'],
    ['inner', 'inner'],
    ['left 2', 'left'],
    ['right 2', 'right'],
    ['after', undefined],
  ]);
});

test.each([
  ['twice in one attempt', 'step_reused', ['again', 'again']],
  ['with an empty name', 'invalid_step_name', ['']],
  ['with a name of the engine', 'invalid_step_name', ['@handovers']],
  ['with a name that is too long', 'invalid_step_name', ['x'.repeat(101)]],
])('a step run %s is reported: %s', async (_, code, names) => {
  await using harness = openHarness();
  const { errors } = await harness.work([
    define(async (ctx) => {
      for (const name of names) await ctx.step(name, z.null(), async () => null);
    }),
  ]);
  const events = await harness.ended(await harness.start());
  expect(events.at(-1)).toMatchObject({ type: 'workflow:failed', data: { error: { code } } });
  expect(errors).toMatchObject([{ code }]);
});

test('a step that returns another type than it declares is not stored', async () => {
  await using harness = openHarness();
  await harness.work([
    define((ctx) =>
      ctx.step(
        'one',
        answer.refine(() => false, 'never good enough'),
        async () => ({ answer: 1 }),
      ),
    ),
  ]);
  const workflowId = await harness.start();
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.data).toMatchObject({
    error: {
      code: 'invalid_step_result',
      message: expect.stringMatching(/"one"[^]*never good enough/),
    },
  });
  expect(await harness.log.steps(workflowId)).toEqual(new Map());
});

test('F5: a stored result that the program no longer understands is reported, and the step is not paid for again', async () => {
  await using harness = openHarness();
  let runs = 0;
  await harness.work([
    define(async (ctx) => {
      const schema = ctx.attempt === 1 ? z.json() : answer;
      await ctx.step<z.core.util.JSONType>('one', schema, async () => {
        runs += 1;
        return 'an old shape';
      });
      throw new RetryableError('busy', 'Busy.');
    }),
  ]);
  const events = await harness.ended(await harness.start());
  expect(events.at(-1)?.data).toMatchObject({ error: { code: 'kept_result_unreadable' } });
  expect(runs).toBe(1);
});

test('an error thrown by a step passes through, and the step is not completed', async () => {
  await using harness = openHarness();
  const caught: unknown[] = [];
  const bug = new Error('from inside');
  await harness.work([
    define(async (ctx) => {
      const step = ctx.step('one', z.null(), () => Promise.reject(bug));
      await step.catch((error: unknown) => caught.push(error));
    }),
  ]);
  const events = await harness.ended(await harness.start());
  expect(caught).toEqual([bug]);
  expect(events.map(({ type }) => type)).not.toContain('step:completed');
});
