import { createInProcessQueue, createWorker, defineWorkflow } from '@runtape/engine';
import type { WorkflowContext } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { hasEnded, workflowIdSchema } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';

const workflowId = workflowIdSchema.parse('wf_0000000000000000');
const MAX_EVENTS = 10;

async function create(log: EventLog): Promise<void> {
  await log.create({ workflowId, workflow: 'test', input: 1, summary: { title: '', target: '' } });
}

/** Runs a definition to its end with a limit of ten events, including the terminal one. */
async function runInside(log: EventLog, run: (ctx: WorkflowContext) => Promise<void>) {
  const queue = createInProcessQueue();
  const definition = defineWorkflow({ name: 'test', input: z.json(), result: z.null(), run: then });
  const worker = createWorker({ log, queue, definitions: [definition], maxEvents: MAX_EVENTS });
  async function then(ctx: WorkflowContext): Promise<null> {
    await run(ctx);
    return null;
  }
  if ((await log.get(workflowId)) === null) await create(log);
  await worker.start();
  await vi.waitFor(async () => {
    const record = await log.get(workflowId);
    expect(record !== null && hasEnded(record.status)).toBe(true);
  });
  await worker.stop();
  await queue.close();
  const { entries, record } = await log.read(workflowId, { after: 0, limit: 1000 });
  return { events: entries.map(({ event }) => event), record };
}

const tooMany = {
  type: 'workflow:failed',
  data: {
    error: {
      code: 'too_many_events',
      message: expect.stringContaining('raise MAX_EVENTS for the workers'),
    },
  },
};
const numbers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${n}`);

test('A4: a workflow with more than MAX_EVENTS fails with too_many_events; all earlier events can be read', async () => {
  await using log = createMemoryEventLog();
  let aborted: unknown;
  const { events, record } = await runInside(log, async (ctx) => {
    ctx.signal.addEventListener('abort', () => {
      aborted = ctx.signal.reason;
    });
    for (const message of numbers(50)) await ctx.log('info', message);
  });
  expect(events).toHaveLength(MAX_EVENTS);
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
  ]);
  const logged = events.flatMap(({ type, data }) =>
    type === 'log:created' && 'message' in data ? data.message : [],
  );
  expect(logged).toEqual(numbers(7));
  expect(events.at(-1)).toMatchObject(tooMany);
  expect(record).toMatchObject({ status: 'failed', tail: MAX_EVENTS });
  expect(aborted).toMatchObject({ code: 'too_many_events' });
  const more = { attempt: 1, after: MAX_EVENTS, events: events.slice(0, 1) };
  await expect(log.append(workflowId, more)).rejects.toMatchObject({ code: 'workflow_closed' });
});

test('A4: a definition that ignores the refusal of an event still fails', async () => {
  await using log = createMemoryEventLog();
  const { events } = await runInside(log, async (ctx) => {
    for (const message of numbers(50)) await ctx.log('info', message).catch(() => undefined);
  });
  expect(events).toHaveLength(MAX_EVENTS);
  expect(events.at(-1)).toMatchObject(tooMany);
});

test('A4: a workflow that needs exactly its maximum number of events completes', async () => {
  await using log = createMemoryEventLog();
  const { events } = await runInside(log, async (ctx) => {
    for (const message of numbers(7)) await ctx.log('info', message);
  });
  expect(events).toHaveLength(MAX_EVENTS);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:completed' });
});

test('A4: events of earlier attempts count, and another attempt that has no room left fails', async () => {
  await using log = createMemoryEventLog();
  await create(log);
  const { attempt } = await log.begin(workflowId, { leaseMs: 60_000 });
  const timestamp = '2026-01-02T03:04:05.678Z';
  const token = { part: 'draft', content: 'a', isComplete: false };
  const events = numbers(9).map(() => ({ type: 'token', data: token, timestamp }) as const);
  await log.append(workflowId, { attempt, after: 0, events });
  await log.release(workflowId, { attempt });
  const { events: found } = await runInside(log, async () => undefined);
  expect(found).toHaveLength(MAX_EVENTS);
  expect(found.at(-1)).toMatchObject(tooMany);
});
