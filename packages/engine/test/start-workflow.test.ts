import { createMemoryEventLog } from '@runtape/event-log/memory';
import { workflowIdSchema } from '@runtape/events';
import { expect, test } from 'vitest';
import {
  createInProcessQueue,
  createWorkflowStarter,
  newWorkflowId,
  type WorkflowQueue,
  type WorkflowStarterOptions,
} from '../src/index.ts';

const summary = { title: 'A title', target: 'somewhere' };
const request = { workflow: 'test', input: { a: 1 }, summary };

const open = (options: Partial<WorkflowStarterOptions> = {}) => {
  const log = createMemoryEventLog();
  const enqueued: string[] = [];
  const queue: Pick<WorkflowQueue, 'enqueue'> = { enqueue: async (id) => void enqueued.push(id) };
  return { log, enqueued, starter: createWorkflowStarter({ log, queue, ...options }) };
};

test('law 8: a start creates a workflow and wakes a worker', async () => {
  const { log, enqueued, starter } = open();
  const { workflowId, created } = await starter.start({ ...request, threadId: 'thread' });
  expect(created).toBe(true);
  expect(enqueued).toEqual([workflowId]);
  expect(await log.input(workflowId)).toEqual({ a: 1 });
  expect(await log.get(workflowId)).toMatchObject({
    workflow: 'test',
    summary,
    threadId: 'thread',
    status: 'queued',
    tail: 0,
  });
});

test('F5: starting twice with one key gives one workflow, even concurrently', async () => {
  const { log, starter } = open();
  const another = createWorkflowStarter({ log, queue: createInProcessQueue() });
  const twice = { ...request, idempotencyKey: 'once' };
  const [one, two] = await Promise.all([starter.start(twice), another.start(twice)]);
  const three = await starter.start(twice);
  expect(new Set([one, two, three].map(({ workflowId }) => workflowId)).size).toBe(1);
  expect([one, two, three].filter(({ created }) => created).length).toBe(1);
  await expect(starter.start({ ...twice, input: { a: 2 } })).rejects.toMatchObject({
    code: 'idempotency_conflict',
  });
  expect((await log.list({ limit: 10 })).workflows.length).toBe(1);
});

test('F5: a repeated start wakes a worker again, in case the first died before doing so', async () => {
  const { log, enqueued, starter } = open();
  const keyed = { ...request, idempotencyKey: 'once' };
  const workflowId = newWorkflowId();
  await log.create({ ...keyed, workflowId });
  expect(await starter.start(keyed)).toEqual({ workflowId, created: false });
  expect(enqueued).toEqual([workflowId]);
});

test('F5: a failing queue does not fail a start that the log has stored', async () => {
  const failure = new Error('The queue is away.');
  const heard: unknown[] = [];
  const { log, starter } = open({
    queue: { enqueue: () => Promise.reject(failure) },
    onError: (error, about) => heard.push(error, about),
  });
  const { workflowId } = await starter.start(request);
  expect(await log.get(workflowId)).not.toBeNull();
  expect(heard).toEqual([failure, { workflowId }]);
});

test('an id that is already in use is drawn again, but not forever', async () => {
  const ids = ['wf_0000000000000001', 'wf_0000000000000001', 'wf_0000000000000002'].map((id) =>
    workflowIdSchema.parse(id),
  );
  const drawn = [...ids];
  const { starter } = open({ newWorkflowId: () => drawn.shift() ?? newWorkflowId() });
  expect((await starter.start(request)).workflowId).toBe(ids[0]);
  expect((await starter.start(request)).workflowId).toBe(ids[2]);
  const stuck = open({ newWorkflowId: () => workflowIdSchema.parse('wf_0000000000000003') });
  await stuck.starter.start(request);
  await expect(stuck.starter.start(request)).rejects.toMatchObject({ code: 'workflow_exists' });
});

test('A11: a workflow id sorts by time and cannot be guessed', () => {
  const times = [0, 1, 31, 32, 1_000, Date.parse('2026-03-04'), Date.parse('9999-12-31')];
  const ids = times.map((time) => newWorkflowId({ now: () => time }));
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(workflowIdSchema.parse(id)).toBe(id);
  const bytes = Uint8Array.from({ length: 16 }, (_, n) => n * 16 + 15);
  const fixed = newWorkflowId({ now: () => 32, randomBytes: () => bytes });
  expect(fixed).toBe('wf_0000000010fzfzfzfzfzfzfzfz');
  const many = Array.from({ length: 1_000 }, () => newWorkflowId({ now: () => 5 }));
  expect(new Set(many).size).toBe(1_000);
});
