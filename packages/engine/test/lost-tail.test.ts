import { sleep } from '@runtape/async';
import type { Entry } from '@runtape/event-log';
import { isTerminal, type WorkflowId } from '@runtape/events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, type WorkflowContext } from '../src/index.ts';
import { type Harness, openHarness } from './harness.ts';
import { until } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const define = (run: (ctx: WorkflowContext) => Promise<unknown>) =>
  defineWorkflow({ name: 'test', input: z.null(), result: z.unknown(), run });

/** Emits a token every 100 ms. */
async function say(ctx: WorkflowContext, times: number): Promise<string> {
  for (let n = 0; n < times; n += 1) {
    await ctx.status('said', `${n}`);
    await sleep(100, ctx.signal);
  }
  return 'said';
}

async function entriesOf({ log }: Harness, workflowId: WorkflowId): Promise<readonly Entry[]> {
  return (await log.read(workflowId, { after: 0, limit: 1_000_000 })).entries;
}

const typesOf = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ event }) => event.type).filter((type) => type !== 'status');

const QUIET = ['workflow:started', 'workflow:running', 'workflow:completed'];

/**
 * Marks the state of the store, lets time pass, and then removes everything after the mark.
 * @returns the entries before the loss.
 */
async function loseTheLast(harness: Harness, workflowId: WorkflowId, ms: number) {
  const lose = harness.store.mark();
  await vi.advanceTimersByTimeAsync(ms);
  const before = await entriesOf(harness, workflowId);
  lose();
  return before;
}

describe('a store that recovers without its last second', () => {
  test('F1: while a workflow emits: it continues as if nothing had happened', async () => {
    await using harness = openHarness();
    const { errors } = await harness.work([define((ctx) => say(ctx, 60))]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(3_000);
    const before = await loseTheLast(harness, workflowId, 1_000);
    await harness.ended(workflowId);
    const entries = await entriesOf(harness, workflowId);
    expect(entries.slice(0, before.length)).toEqual(before);
    expect(typesOf(entries)).toEqual(QUIET);
    expect(errors).toEqual([]);
  });

  test('F1: while it waits for a model that sends nothing: its renewals notice', async () => {
    await using harness = openHarness();
    await harness.work([
      define(async (ctx) => {
        await ctx.step('ask', z.string(), () => say(ctx, 3));
        await sleep(60_000, ctx.signal);
      }),
    ]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(150);
    const before = await loseTheLast(harness, workflowId, 1_000);
    expect(before.length).toBeGreaterThan(5);
    expect(harness.store.workflows.get(workflowId)?.events.length ?? 0).toBeLessThan(before.length);
    await until(async () => (await entriesOf(harness, workflowId)).length === before.length, 4_000);
    expect(await entriesOf(harness, workflowId)).toEqual(before);
    expect(await harness.log.steps(workflowId)).toEqual(new Map([['ask', 'said']]));
    await harness.ended(workflowId);
    expect(typesOf(await entriesOf(harness, workflowId)).slice(-1)).toEqual(['workflow:completed']);
  });

  test('F1: with the end of a workflow: it ends again, with the same event, and nothing runs again', async () => {
    await using harness = openHarness();
    let runs = 0;
    await harness.work([
      define((ctx) => {
        runs += 1;
        return say(ctx, 3);
      }),
    ]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(200);
    const before = await loseTheLast(harness, workflowId, 1_000);
    expect(typesOf(before)).toEqual(QUIET);
    await harness.ended(workflowId);
    expect(await entriesOf(harness, workflowId)).toEqual(before);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(runs).toBe(1);
    expect(harness.store.find(workflowId).record.endedAt).not.toBeNull();
  });

  test('F5: with the beginning of its attempt: another attempt continues, under a new incarnation', async () => {
    await using harness = openHarness();
    const workflowId = await harness.start();
    const lose = harness.store.mark();
    const { errors } = await harness.work([define((ctx) => say(ctx, 30))]);
    await vi.advanceTimersByTimeAsync(1_000);
    const before = await entriesOf(harness, workflowId);
    expect(before.length).toBeGreaterThan(5);
    lose();
    await harness.ended(workflowId);
    const entries = await entriesOf(harness, workflowId);
    expect(typesOf(entries)).toEqual(QUIET);
    const idsBefore = new Set(before.map(({ id }) => id));
    expect(entries.filter(({ id }) => idsBefore.has(id))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('F4: with the commands that a workflow had received: the next one still arrives', async () => {
    await using harness = openHarness();
    await harness.work([define((ctx) => say(ctx, 1_000))]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(1_000);
    await harness.log.command(workflowId, { type: 'resume' });
    const lose = harness.store.mark();
    await harness.log.command(workflowId, { type: 'resume' });
    await vi.advanceTimersByTimeAsync(1_000);
    lose();
    // It gets the number of the lost one.
    expect(await harness.log.command(workflowId, { type: 'cancel' })).toMatchObject({ seq: 2 });
    await harness.ended(workflowId);
    expect(typesOf(await entriesOf(harness, workflowId)).at(-1)).toBe('workflow:cancelled');
  });
});

describe('a store that recovers with greater losses', () => {
  test('F1: the workflow fails with log_lost, under a new incarnation', async () => {
    await using harness = openHarness();
    const { errors } = await harness.work([define((ctx) => say(ctx, 1_000))]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(1_000);
    const before = await loseTheLast(harness, workflowId, 20_000);
    await harness.ended(workflowId);
    const entries = await entriesOf(harness, workflowId);
    expect(entries.length).toBeLessThan(before.length);
    const idsBefore = new Set(before.map(({ id }) => id));
    expect(entries.filter(({ id }) => idsBefore.has(id))).toEqual([]);
    expect(entries.filter(({ event }) => isTerminal(event))).toMatchObject([
      {
        seq: entries.length,
        event: { type: 'workflow:failed', data: { error: { code: 'log_lost' } } },
      },
    ]);
    expect(errors).toMatchObject([{ code: 'log_lost' }]);
  });

  test('F4: F1: what it left elsewhere is cleaned up before that, even if this takes longer than a lease', async () => {
    await using harness = openHarness();
    const cleaned: unknown[] = [];
    const definition = defineWorkflow({
      name: 'test',
      input: z.null(),
      result: z.unknown(),
      run: async (ctx) => {
        await ctx.step('post', z.string(), async () => 'posted');
        return say(ctx, 1_000);
      },
      cleanUp: {
        isNeeded: () => true,
        run: async (ctx) => {
          await sleep(14_000, ctx.signal);
          cleaned.push([ctx.end, ctx.kept('post', z.string())]);
          await ctx.log('warn', 'A note was left.');
        },
      },
    });
    await harness.work([definition]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(1_000);
    // This worker would take up any orphaned workflow.
    await harness.work([definition]);
    await loseTheLast(harness, workflowId, 20_000);
    await harness.ended(workflowId);
    const error = expect.objectContaining({ code: 'log_lost' });
    expect(cleaned).toEqual([[{ status: 'failed', error }, 'posted']]);
    const entries = await entriesOf(harness, workflowId);
    expect(entries.slice(-2).map(({ event }) => event)).toMatchObject([
      { type: 'log:created', data: { message: 'A note was left.' } },
      { type: 'workflow:failed', data: { error: { code: 'log_lost' } } },
    ]);
    expect(new Set(entries.slice(-2).map(({ id }) => id.split('-')[0])).size).toBe(1);
  });

  test('a workflow that is lost entirely is not recreated', async () => {
    await using harness = openHarness();
    const lose = harness.store.mark();
    const { errors } = await harness.work([define((ctx) => say(ctx, 1_000))]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(2_000);
    lose();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await harness.log.get(workflowId)).toBeNull();
    expect(errors).toEqual([]);
  });
});
