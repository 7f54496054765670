import { sleep } from '@runtape/async';
import { isTerminal, type WorkflowEvent } from '@runtape/events';
import type { EventLog } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  createWorkflowStarter,
  defineWorkflow,
  newWorkflowId,
  RetryableError,
  type WorkflowContext,
  type WorkflowDefinition,
  WorkflowPaused,
} from '../src/index.ts';
import { type Harness, openHarness } from './harness.ts';
import { gatedLog } from './gated-log.ts';
import { passTime, until } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

type WorkflowId = Parameters<Harness['record']>[0];

const define = (run: (ctx: WorkflowContext) => Promise<unknown>, maxAttempts = 3) =>
  defineWorkflow({ name: 'test', input: z.null(), result: z.unknown(), run, maxAttempts });

/** Reads, then writes 20 words, one every 10 ms. Records the attempt in which each step ran. */
function draft(ran: string[] = []): WorkflowDefinition {
  return define(async (ctx) => {
    await ctx.step('read', z.null(), async () => {
      ran.push(`read ${ctx.attempt}`);
      return null;
    });
    await ctx.step('draft', z.null(), async () => {
      ran.push(`draft ${ctx.attempt}`);
      for (let n = 0; n < 20; n += 1) {
        const content = `${n} `;
        await ctx.emit('token', { part: 'draft', content, isComplete: false });
        await sleep(10, ctx.signal);
      }
      return null;
    });
    return 'done';
  });
}

const textOf = (events: readonly WorkflowEvent[]): string =>
  events.map((event) => (event.type === 'token' ? event.data.content : '')).join('');

const isWriting = (harness: Harness, workflowId: WorkflowId) => async (): Promise<boolean> =>
  textOf(await harness.events(workflowId)).includes('3 ');

const isPaused = (harness: Harness, workflowId: WorkflowId) => async (): Promise<boolean> => {
  const { status, leaseUntil } = await harness.record(workflowId);
  return status === 'paused' && leaseUntil === null;
};

/** The types of the workflow's own events. */
const workflowTypes = (events: readonly WorkflowEvent[]): readonly string[] =>
  events.map(({ type }) => type).filter((type) => type.startsWith('workflow:'));

test('E14, F4: a pause before pick-up keeps workers away until a resume', async () => {
  await using harness = openHarness();
  const ran: string[] = [];
  const workflowId = await harness.start();
  expect(await harness.starter.pause(workflowId, { by: 'Ada' })).toBe('paused');
  const { errors } = await harness.work([draft(ran)]);
  await harness.queue.enqueue(workflowId);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ran).toEqual([]);
  expect(await harness.types(workflowId)).toEqual(['workflow:started', 'workflow:paused']);
  expect(await harness.starter.resume(workflowId, { by: 'Bo' })).toBe('resumed');
  const events = await harness.ended(workflowId);
  expect(workflowTypes(events)).toEqual([
    'workflow:started',
    'workflow:paused',
    'workflow:resumed',
    'workflow:running',
    'workflow:completed',
  ]);
  expect(events[1]?.data).toEqual({ by: 'Ada' });
  expect(events[2]?.data).toEqual({ by: 'Bo' });
  expect(errors).toEqual([]);
});

test('K1: pausing a paused workflow has no effect, nor does a repeated resume or cancel', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start();
  const outcomes = new Set<string>();
  for (let n = 0; n < 50; n += 1) outcomes.add(await harness.starter.pause(workflowId));
  expect([...outcomes]).toEqual(['paused', 'already_paused']);
  for (let n = 0; n < 50; n += 1) await harness.starter.resume(workflowId);
  const commands = await harness.log.commands(workflowId, { after: 0 });
  expect(commands.map(({ command }) => command.type)).toEqual(['pause', 'resume']);
  const other = await harness.start();
  await harness.log.command(other, { type: 'cancel' });
  for (let n = 0; n < 200; n += 1) {
    await harness.starter.pause(other);
    await harness.starter.resume(other);
  }
  expect(await harness.log.commands(other, { after: 0 })).toHaveLength(1);
  await harness.work([draft()]);
  expect((await harness.ended(other)).at(-1)?.type).toBe('workflow:cancelled');
});

test('E14, F4: a pause between two tokens aborts the stream and keeps the text; a resume continues after the last stored step', async () => {
  await using harness = openHarness();
  const ran: string[] = [];
  const reasons: unknown[] = [];
  const definition = draft(ran);
  await harness.work([
    define(async (ctx) => {
      ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason));
      return await definition.run(ctx, null);
    }),
  ]);
  const workflowId = await harness.start();
  await until(isWriting(harness, workflowId));
  const askedAt = Date.now();
  expect(await harness.starter.pause(workflowId, { by: 'Ada' })).toBe('requested');
  await until(isPaused(harness, workflowId));
  expect(Date.now() - askedAt).toBeLessThan(100);
  expect(reasons[0]).toBeInstanceOf(WorkflowPaused);
  expect(reasons[0]).toMatchObject({ name: 'AbortError', by: 'Ada' });
  const before = await harness.events(workflowId);
  expect(before.at(-1)).toMatchObject({ type: 'workflow:paused', data: { by: 'Ada' } });
  expect(textOf(before)).toMatch(/^0 1 2 3 /);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await harness.events(workflowId)).toEqual(before);
  expect(await harness.starter.resume(workflowId)).toBe('resumed');
  const events = await harness.ended(workflowId);
  expect(ran).toEqual(['read 1', 'draft 1', 'draft 3']);
  expect(workflowTypes(events)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:paused',
    'workflow:resumed',
    'workflow:running',
    'workflow:completed',
  ]);
});

test('E14: a pause while the workflow waits for its next attempt holds even when that is due', async () => {
  await using harness = openHarness();
  let runs = 0;
  await harness.work([
    define(async () => {
      runs += 1;
      if (runs === 1) throw new RetryableError('busy', 'Busy.', { retryAfterMs: 5_000 });
    }),
  ]);
  const workflowId = await harness.start();
  await until(async () => {
    const { status, leaseUntil } = await harness.record(workflowId);
    return status === 'retrying' && leaseUntil === null;
  });
  expect(await harness.starter.pause(workflowId)).toBe('paused');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toBe(1);
  expect(await harness.starter.resume(workflowId)).toBe('resumed');
  await harness.ended(workflowId);
  expect(runs).toBe(2);
});

test('E14: pause and resume work from another server', async () => {
  await using harness = openHarness();
  await harness.work([draft()]);
  const workflowId = await harness.start();
  await until(isWriting(harness, workflowId));
  await using log = createMemoryEventLog({ store: harness.store });
  const lost = { enqueue: () => Promise.reject(new Error('The queue is away.')) };
  const errors: unknown[] = [];
  const other = createWorkflowStarter({ log, queue: lost, onError: (error) => errors.push(error) });
  expect(await other.pause(workflowId)).toBe('requested');
  await until(isPaused(harness, workflowId));
  expect(await other.resume(workflowId)).toBe('resumed');
  expect((await harness.ended(workflowId)).at(-1)?.type).toBe('workflow:completed');
  expect(errors.length).toBe(1);
});

test('E14: a command that a worker carries out immediately is not reported as a repeated one', async () => {
  await using harness = openHarness();
  await harness.work([draft()]);
  const workflowId = await harness.start();
  await until(isWriting(harness, workflowId));
  let actedOn = isPaused(harness, workflowId);
  const log: EventLog = {
    ...gatedLog(harness.log, () => Promise.resolve()),
    command: async (id, command) => {
      const outcome = await harness.log.command(id, command);
      if (command.type === 'resume') await harness.starter.resume(workflowId);
      await until(actedOn);
      return outcome;
    },
  };
  const slow = createWorkflowStarter({ log, queue: harness.queue });
  expect(await slow.pause(workflowId)).toBe('paused');
  expect(await slow.pause(workflowId)).toBe('already_paused');
  actedOn = async () => (await harness.record(workflowId)).status === 'completed';
  expect(await slow.resume(workflowId)).toBe('resumed');
  expect(await slow.resume(workflowId)).toBe('already_ended');
});

test('E14: a successful resume is reported even if the workflow has already ended', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start();
  await harness.starter.pause(workflowId);
  const log: EventLog = {
    ...gatedLog(harness.log, () => Promise.resolve()),
    begin: async (id, options) => {
      // The pausing process applies the command, and a worker completes the workflow.
      await harness.starter.resume(workflowId);
      await harness.work([draft()]);
      await harness.ended(workflowId);
      return await harness.log.begin(id, options);
    },
  };
  const slow = createWorkflowStarter({ log, queue: harness.queue });
  expect(await slow.resume(workflowId)).toBe('resumed');
  expect(await slow.resume(workflowId)).toBe('already_ended');
});

test('E14: a pause that is revoked before a worker sees it has no effect', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start();
  await harness.log.command(workflowId, { type: 'pause' });
  expect(await harness.starter.resume(workflowId)).toBe('not_paused');
  await harness.work([draft()]);
  const events = await harness.ended(workflowId);
  expect(workflowTypes(events)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:completed',
  ]);
});

test('E14: a pause whose sender dies after storing it is carried out by the worker that picks the workflow up', async () => {
  await using harness = openHarness();
  const ran: string[] = [];
  const workflowId = await harness.start();
  await harness.log.command(workflowId, { type: 'pause', by: 'Ada' });
  await harness.work([draft(ran)]);
  await until(isPaused(harness, workflowId));
  expect(await harness.types(workflowId)).toEqual(['workflow:started', 'workflow:paused']);
  await harness.starter.resume(workflowId);
  await harness.ended(workflowId);
  expect(ran).toEqual(['read 3', 'draft 3']);
});

/** Takes a second to stop after a pause. */
const slowToStop = define(async (ctx) => {
  await ctx.status('waiting', 'Waiting.');
  const { promise, resolve } = Promise.withResolvers<void>();
  ctx.signal.addEventListener('abort', () => setTimeout(resolve, 1_000));
  if (ctx.attempt > 1) return;
  await promise;
  ctx.signal.throwIfAborted();
});

test.each([
  ['resume', 'workflow:completed'],
  ['cancel', 'workflow:cancelled'],
] as const)('E14, F4: a %s that arrives during a pause is not lost', async (command, end) => {
  await using harness = openHarness();
  const { errors } = await harness.work([slowToStop]);
  const workflowId = await harness.start();
  await until(async () => (await harness.types(workflowId)).includes('status'));
  expect(await harness.starter.pause(workflowId)).toBe('requested');
  await vi.advanceTimersByTimeAsync(100);
  await harness.starter[command](workflowId);
  const events = await harness.ended(workflowId);
  expect(workflowTypes(events)).toContain('workflow:paused');
  expect(events.at(-1)?.type).toBe(end);
  expect(errors).toEqual([]);
});

test.each([
  ['resume', 'not_paused', 'workflow:resumed'],
  ['cancel', 'requested', 'workflow:cancelled'],
] as const)(
  'E14, F4: a %s that arrives while the sender of a pause applies it is not lost',
  async (command, outcome, end) => {
    await using harness = openHarness();
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const log: EventLog = {
      ...gatedLog(harness.log, () => Promise.resolve()),
      append: async (id, append) => {
        begun.resolve();
        await gate.promise;
        return await harness.log.append(id, append);
      },
    };
    const slow = createWorkflowStarter({ log, queue: harness.queue });
    const workflowId = await harness.start();
    const pausing = slow.pause(workflowId);
    await begun.promise;
    expect(await harness.starter[command](workflowId)).toBe(outcome);
    gate.resolve();
    expect(await pausing).toBe('paused');
    expect(await harness.types(workflowId)).toEqual(['workflow:started', 'workflow:paused', end]);
  },
);

/** Waits for this many turns of the microtask queue. */
async function turn(turns: number): Promise<void> {
  for (let left = turns; left > 0; left -= 1) await Promise.resolve();
}

test('E14: a resume at any moment after a pause, at any moment after the start, lets the workflow continue', async () => {
  const lives = new Set<string>();
  for (let before = 0; before < 60; before += 6) {
    for (let between = 0; between < 60; between += 4) {
      await using harness = openHarness();
      await harness.work([draft()]);
      const workflowId = await harness.start();
      await turn(before);
      const pausing = harness.starter.pause(workflowId);
      await turn(between);
      const resuming = harness.starter.resume(workflowId);
      await passTime(Promise.all([pausing, resuming]));
      const events = await harness.ended(workflowId);
      expect(events.at(-1)?.type).toBe('workflow:completed');
      lives.add(workflowTypes(events).join(' '));
    }
  }
  // Some runs were paused, and some were not.
  expect(lives.size).toBeGreaterThan(1);
});

test('F4: a cancel while paused ends the workflow immediately', async () => {
  await using harness = openHarness();
  await harness.work([draft()]);
  const workflowId = await harness.start();
  await until(isWriting(harness, workflowId));
  await harness.starter.pause(workflowId);
  await until(isPaused(harness, workflowId));
  expect(await harness.starter.cancel(workflowId)).toBe('cancelled');
  const events = await harness.events(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(events.filter((event) => isTerminal(event)).length).toBe(1);
});

test('E14: pause and resume are harmless when repeated, and report when the workflow has ended', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start();
  expect(await harness.starter.resume(workflowId)).toBe('not_paused');
  expect(await harness.starter.pause(workflowId)).toBe('paused');
  expect(await harness.starter.pause(workflowId)).toBe('already_paused');
  expect(await harness.starter.resume(workflowId)).toBe('resumed');
  expect(await harness.starter.resume(workflowId)).toBe('not_paused');
  await harness.work([draft()]);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:completed');
  expect(await harness.starter.pause(workflowId)).toBe('already_ended');
  expect(await harness.starter.resume(workflowId)).toBe('already_ended');
  expect(await harness.events(workflowId)).toEqual(events);
  await expect(harness.starter.pause(newWorkflowId())).rejects.toMatchObject({
    code: 'unknown_workflow',
  });
});

test('E14: pauses do not use up the attempts of a failing workflow', async () => {
  await using harness = openHarness();
  const attempts: string[] = [];
  await harness.work([
    define(async (ctx) => {
      attempts.push(`${ctx.attempt} of ${ctx.maxAttempts}`);
      await ctx.status('waiting', 'Waiting.');
      if (ctx.attempt <= 7) await sleep(60_000, ctx.signal);
      throw new RetryableError('busy', 'Busy.');
    }, 2),
  ]);
  const workflowId = await harness.start();
  for (let pauses = 1; pauses <= 4; pauses += 1) {
    await until(async () => attempts.length === pauses);
    await until(async () => (await harness.types(workflowId)).at(-1) === 'status');
    await harness.starter.pause(workflowId);
    await until(isPaused(harness, workflowId));
    await harness.starter.resume(workflowId);
  }
  const events = await harness.ended(workflowId);
  expect(attempts).toEqual(['1 of 2', '3 of 4', '5 of 6', '7 of 8', '9 of 10', '10 of 10']);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:failed',
    data: { error: { code: 'busy' } },
  });
  expect(workflowTypes(events).filter((type) => type === 'workflow:retrying').length).toBe(1);
});

test('F4, F5: a workflow whose worker dies after a resume is taken over like one whose worker was lost', async () => {
  await using harness = openHarness();
  const dead = await harness.work([draft()]);
  const workflowId = await harness.start();
  await until(isWriting(harness, workflowId));
  await harness.starter.pause(workflowId);
  await until(isPaused(harness, workflowId));
  await harness.starter.resume(workflowId);
  await until(async () => (await harness.record(workflowId)).status === 'running');
  dead.freeze();
  await harness.work([draft()]);
  const events = await harness.ended(workflowId);
  const retrying = events.find((event) => event.type === 'workflow:retrying');
  expect(retrying?.data).toMatchObject({ reason: { code: 'worker_lost' } });
  expect(events.at(-1)?.type).toBe('workflow:completed');
});

test('E14: a step that has finished when the pause arrives is kept and not run again', async () => {
  await using harness = openHarness();
  const ran: string[] = [];
  await harness.work([
    define(async (ctx) => {
      await ctx.step('post', z.null(), async () => {
        ran.push(`post ${ctx.attempt}`);
        // A write that must not be interrupted.
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return null;
      });
      await ctx.step('after', z.null(), async () => {
        ran.push(`after ${ctx.attempt}`);
        return null;
      });
    }),
  ]);
  const workflowId = await harness.start();
  await until(async () => (await harness.types(workflowId)).includes('step:started'));
  await harness.starter.pause(workflowId);
  await until(isPaused(harness, workflowId));
  await harness.starter.resume(workflowId);
  await harness.ended(workflowId);
  expect(ran).toEqual(['post 1', 'after 3']);
});

test.each([
  ['resume', 'workflow:completed'],
  ['cancel', 'workflow:cancelled'],
] as const)(
  'E14, F4: a %s left to a worker that died while pausing is applied by another worker',
  async (command, end) => {
    await using harness = openHarness();
    const pausing = await harness.work([draft()]);
    const workflowId = await harness.start();
    await until(isWriting(harness, workflowId));
    // It stores the pause, and dies before it releases the workflow.
    const release = pausing.log.release.bind(pausing.log);
    pausing.log.release = async (id, options) => {
      pausing.freeze();
      await release(id, options);
    };
    expect(await harness.starter.pause(workflowId)).toBe('requested');
    await until(async () => (await harness.record(workflowId)).status === 'paused');
    const { leaseUntil } = await harness.record(workflowId);
    expect(leaseUntil).toBeGreaterThan(Date.now());
    await harness.starter[command](workflowId);
    expect((await harness.record(workflowId)).status).toBe('paused');
    await harness.work([draft()]);
    const events = await harness.ended(workflowId);
    expect(events.at(-1)?.type).toBe(end);
  },
);

test('E14: a workflow whose worker died while pausing stays paused without another command, and is released', async () => {
  await using harness = openHarness();
  const pausing = await harness.work([draft()]);
  const workflowId = await harness.start();
  await until(isWriting(harness, workflowId));
  const release = pausing.log.release.bind(pausing.log);
  pausing.log.release = async (id, options) => {
    pausing.freeze();
    await release(id, options);
  };
  await harness.starter.pause(workflowId);
  await until(async () => (await harness.record(workflowId)).status === 'paused');
  await harness.work([draft()]);
  await until(isPaused(harness, workflowId));
  const events = await harness.events(workflowId);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await harness.events(workflowId)).toEqual(events);
  expect(await harness.starter.resume(workflowId)).toBe('resumed');
  expect((await harness.ended(workflowId)).at(-1)?.type).toBe('workflow:completed');
});
