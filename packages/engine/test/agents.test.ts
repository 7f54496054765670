import { sleep } from '@runtape/async';
import type { WorkflowEvent } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  type Agent,
  defineWorkflow,
  FatalError,
  RetryableError,
  type WorkflowContext,
} from '../src/index.ts';
import { openHarness } from './harness.ts';
import { until } from './pass-time.ts';

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

const writer = { agentId: 'writer', name: 'Writer', role: 'writer' };
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  totalTokens: inputTokens + outputTokens,
});

/** The events of agents and their logs, without the workflow's own events. */
const agentEvents = (events: readonly WorkflowEvent[]): unknown[] =>
  events
    .filter(({ type }) => type.startsWith('agent:') || type === 'log:created')
    .map(({ type, data }) => [type, data]);

async function runOnce(run: (ctx: WorkflowContext) => Promise<unknown>) {
  const ran = await runOnHarness(run);
  // No agent leaves a timer.
  expect(vi.getTimerCount()).toBe(0);
  return ran;
}

async function runOnHarness(run: (ctx: WorkflowContext) => Promise<unknown>) {
  await using harness = openHarness();
  const { errors } = await harness.work([define(run)]);
  const workflowId = await harness.start();
  const events = await harness.ended(workflowId);
  return { events, errors, record: await harness.record(workflowId) };
}

test('E1: an agent is started, makes progress and completes, with its time, usage and cost', async () => {
  const { events, record } = await runOnce(async (ctx) => {
    const length = await ctx.agent(
      { ...writer, model: 'gpt' },
      async (agent) => {
        await agent.progress({ message: 'Writing', iteration: 1 });
        await agent.spend({ usage: usage(10, 5), cost: 0.25 });
        await agent.log('warn', 'It is long.', { characters: 5 });
        await sleep(2_000, ctx.signal);
        await agent.spend({ usage: usage(1, 1), cost: 0.5 });
        return 'Hello';
      },
      (text) => `Wrote ${text.length} characters.`,
    );
    await ctx.spend({ usage: usage(100, 0), cost: 1 });
    return length;
  });
  expect(agentEvents(events)).toEqual([
    ['agent:started', { ...writer, model: 'gpt' }],
    ['agent:progress', { agentId: 'writer', message: 'Writing', iteration: 1 }],
    [
      'log:created',
      { level: 'warn', message: 'It is long.', agentId: 'writer', fields: { characters: 5 } },
    ],
    ['agent:progress', { agentId: 'writer', usage: usage(10, 5), cost: 0.25 }],
    ['agent:progress', { agentId: 'writer', usage: usage(11, 6), cost: 0.75 }],
    [
      'agent:completed',
      {
        agentId: 'writer',
        durationMs: 2_000,
        usage: usage(11, 6),
        cost: 0.75,
        summary: 'Wrote 5 characters.',
      },
    ],
  ]);
  expect(events.at(-1)?.data).toMatchObject({ usage: usage(111, 6), cost: 1.75 });
  expect(record.summary).toMatchObject({ usage: usage(111, 6), cost: 1.75 });
});

test('E5: progress comes at most once a second, carries only what changed, and the last state is never lost', async () => {
  const { events } = await runOnce(async (ctx) => {
    await ctx.agent(writer, async (agent) => {
      for (let step = 1; step <= 35; step += 1) {
        await agent.progress({ message: 'Counting', step, steps: 35 });
        await sleep(100, ctx.signal);
      }
      await agent.progress({ message: 'Counting', progress: 1 });
    });
    return null;
  });
  const progress = events.filter(({ type }) => type === 'agent:progress');
  expect(progress.map(({ data }) => data)).toEqual([
    { agentId: 'writer', message: 'Counting', step: 1, steps: 35 },
    { agentId: 'writer', step: 10 },
    { agentId: 'writer', step: 20 },
    { agentId: 'writer', step: 30 },
    { agentId: 'writer', step: 35, progress: 1 },
  ]);
  const times = progress.map(({ timestamp }) => Date.parse(timestamp));
  const apart = times.slice(1, -1).map((time, index) => time - (times[index] ?? 0));
  expect(apart).toEqual([1_000, 1_000, 1_000]);
  expect(events.findLastIndex(({ type }) => type === 'agent:progress')).toBeLessThan(
    events.findIndex(({ type }) => type === 'agent:completed'),
  );
});

test('E5: progress that repeats the current state emits no event', async () => {
  const { events } = await runOnce(async (ctx) => {
    await ctx.agent(writer, async (agent) => {
      for (let time = 0; time < 3; time += 1) {
        await agent.progress({ message: 'Waiting', step: undefined });
        await sleep(1_500, ctx.signal);
      }
    });
    return null;
  });
  expect(events.filter(({ type }) => type === 'agent:progress').map(({ data }) => data)).toEqual([
    { agentId: 'writer', message: 'Waiting' },
  ]);
});

test('E5: pending progress is written after a second, even if nothing else happens', async () => {
  const { events } = await runOnce(async (ctx) => {
    await ctx.step('write', z.null(), async () => {
      await ctx.agent(writer, async (agent) => {
        await agent.progress({ step: 1 });
        await agent.progress({ step: 2 });
        await sleep(5_000, ctx.signal);
      });
      return null;
    });
    return null;
  });
  const [first, second] = events.filter(({ type }) => type === 'agent:progress');
  expect(second?.data).toEqual({ agentId: 'writer', step: 2 });
  expect(second?.metadata?.step).toBe('write');
  expect(Date.parse(second?.timestamp ?? '') - Date.parse(first?.timestamp ?? '')).toBe(1_000);
});

test('E5: an agent that runs again within a second is limited to the same rate', async () => {
  const { events } = await runOnce(async (ctx) => {
    for (let time = 1; time <= 2; time += 1) {
      await ctx.agent(writer, async (agent) => {
        await agent.progress({ step: time });
        await sleep(300, ctx.signal);
        await agent.progress({ step: time + 10 });
      });
    }
    return null;
  });
  expect(agentEvents(events).map((each) => z.tuple([z.string(), z.json()]).parse(each)[0])).toEqual(
    [
      'agent:started',
      'agent:progress',
      'agent:progress',
      'agent:completed',
      'agent:started',
      'agent:progress',
      'agent:completed',
    ],
  );
});

test('E1: an agent that fails reports it, and the workflow may continue without it', async () => {
  const { events, errors } = await runOnce(async (ctx) => {
    const critic = { agentId: 'critic', name: 'Critic', role: 'critic' };
    return await ctx
      .agent(critic, async (agent) => {
        await agent.progress({ step: 1 });
        await agent.progress({ step: 2 });
        await sleep(20, ctx.signal);
        throw new FatalError('agent_bad_answer', 'It said something else.', { cause: 'secret' });
      })
      .catch(() => 'without');
  });
  expect(agentEvents(events)).toEqual([
    ['agent:started', { agentId: 'critic', name: 'Critic', role: 'critic' }],
    ['agent:progress', { agentId: 'critic', step: 1 }],
    ['agent:progress', { agentId: 'critic', step: 2 }],
    [
      'agent:failed',
      {
        agentId: 'critic',
        durationMs: 20,
        error: { code: 'agent_bad_answer', message: 'It said something else.' },
      },
    ],
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:completed', data: { result: 'without' } });
  expect(errors).toEqual([]);
});

test('E17: an unexpected error in an agent is reported without its message', async () => {
  const bug = new TypeError('password=hunter2');
  const { events, errors } = await runOnce(async (ctx) =>
    ctx.agent(writer, async () => {
      throw bug;
    }),
  );
  expect(agentEvents(events)[1]).toMatchObject([
    'agent:failed',
    { error: { code: 'internal_error' } },
  ]);
  expect(events.at(-1)?.type).toBe('workflow:failed');
  expect(JSON.stringify(events)).not.toContain('hunter2');
  expect(errors).toEqual([bug]);
});

test('E1: an unknown cost stays unknown, whatever is added', async () => {
  const { events } = await runOnce(async (ctx) => {
    await ctx.agent(writer, async (agent) => {
      await agent.spend({ usage: usage(1, 1), cost: null });
      await agent.spend({ usage: usage(1, 1), cost: 3 });
    });
    return null;
  });
  expect(agentEvents(events).at(-1)).toMatchObject([
    'agent:completed',
    { usage: usage(2, 2), cost: null },
  ]);
  expect(events.at(-1)?.data).toMatchObject({ usage: usage(2, 2), cost: null });
});

test('F5: an agent whose step is stored is not run again on a later attempt', async () => {
  const ran: string[] = [];
  const { events } = await runOnce(async (ctx) => {
    const play = (agentId: string, run: (agent: Agent) => Promise<string>) =>
      ctx.step(agentId, z.string(), () => ctx.agent({ ...writer, agentId }, run));
    await play('one', async () => {
      ran.push(`one ${ctx.attempt}`);
      return 'kept';
    });
    await play('two', async (agent) => {
      ran.push(`two ${ctx.attempt}`);
      await agent.spend({ usage: usage(1, 0), cost: 1 });
      if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
      return 'done';
    });
    return null;
  });
  expect(ran).toEqual(['one 1', 'two 1', 'two 2']);
  expect(events.filter(({ type }) => type.startsWith('agent:')).map(({ type }) => type)).toEqual([
    'agent:started',
    'agent:completed',
    'agent:started',
    'agent:progress',
    'agent:failed',
    'agent:started',
    'agent:progress',
    'agent:completed',
  ]);
  // Both calls are counted.
  expect(events.at(-1)?.data).toMatchObject({ cost: 2 });
});

test('F4: on a cancel the last state of an agent is written, but no end of the agent', async () => {
  await using harness = openHarness();
  await harness.work([
    define(async (ctx) =>
      ctx.agent(writer, async (agent) => {
        await agent.progress({ step: 1 });
        await agent.spend({ usage: usage(5, 5), cost: 2 });
        await sleep(600_000, ctx.signal);
      }),
    ),
  ]);
  const workflowId = await harness.start();
  await until(async () => (await harness.types(workflowId)).includes('agent:progress'));
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(agentEvents(events).slice(1)).toEqual([
    ['agent:progress', { agentId: 'writer', step: 1 }],
    ['agent:progress', { agentId: 'writer', usage: usage(5, 5), cost: 2 }],
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: { usage: usage(5, 5), cost: 2 },
  });
});

test('B5: invalid progress fails the agent', async () => {
  const { events } = await runOnce(async (ctx) =>
    ctx.agent(writer, async (agent) => {
      await agent.progress({ progress: 0.5 });
      await agent.progress({ progress: 7 });
      await sleep(3_000, ctx.signal);
    }),
  );
  expect(agentEvents(events).at(-1)).toMatchObject([
    'agent:failed',
    { error: { code: 'invalid_event' } },
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:failed',
    data: { error: { code: 'invalid_event' } },
  });
});
