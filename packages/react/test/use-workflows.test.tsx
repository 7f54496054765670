import { type RuntapeClient, RuntapeClientError, type WorkflowListItem } from '@runtape/client';
import { workflowIdSchema } from '@runtape/events';
import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useWorkflows, type Workflows, type WorkflowsOptions } from '../src/query.ts';
import { fakeStreams } from './fake-streams.ts';
import { holdTime, mount, releaseTime } from './mount.tsx';

beforeEach(holdTime);
afterEach(releaseTime);

function item(number: number, status: WorkflowListItem['status'] = 'running'): WorkflowListItem {
  return {
    workflowId: workflowIdSchema.parse(`wf_${String(number).padStart(16, '0')}`),
    workflow: 'commentOnIssue',
    title: `Issue ${number}`,
    target: 'sample',
    status,
    attempt: 1,
    threadId: null,
    createdAt: number,
    endedAt: null,
    watchers: number,
  };
}

type List = RuntapeClient['listWorkflows'];

/** Mounts components that list workflows, with a client whose calls the test answers. */
async function mountList(answer: List, ...all: readonly WorkflowsOptions[]) {
  const listWorkflows = vi.fn<List>(answer);
  const seen: Workflows[] = [];
  function Probe({ index, options }: { index: number; options: WorkflowsOptions }) {
    seen[index] = useWorkflows(options);
    return null;
  }
  const probes = all.map((options, index) => (
    <Probe key={JSON.stringify([index, options])} index={index} options={options} />
  ));
  const at = await mount({ ...fakeStreams().client, listWorkflows }, probes);
  await settle();
  const look = (index = 0): Workflows => {
    const found = seen[index];
    if (found === undefined) throw new Error('It was never rendered.');
    return found;
  };
  return { at, listWorkflows, look };
}

/** Renders the answers that have arrived. */
async function settle(ms = 0): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
    // Queries notify their observers in a separate timer.
    await vi.advanceTimersByTimeAsync(1);
  });
}

test('E11: workflows with their status and number of watchers, and the list stays up to date', async () => {
  let status: WorkflowListItem['status'] = 'running';
  const list = await mountList(async () => ({ workflows: [item(1, status)], next: null }), {});
  expect(list.look()).toMatchObject({
    isLoading: false,
    error: null,
    hasMore: false,
    workflows: [{ status: 'running', watchers: 1 }],
  });
  status = 'completed';
  await settle(2000);
  expect(list.look().workflows).toMatchObject([{ status: 'completed' }]);
  await list.at.unmount();
  expect(list.listWorkflows).toHaveBeenCalledTimes(2);
  await settle(60_000);
  expect(list.listWorkflows).toHaveBeenCalledTimes(2);
});

test('E11: components with the same query share its requests', async () => {
  const list = await mountList(async () => ({ workflows: [item(1)], next: null }), {}, {});
  expect(list.look(0).workflows).toEqual(list.look(1).workflows);
  expect(list.listWorkflows).toHaveBeenCalledOnce();
  await list.at.unmount();
});

test('E11: it requests the chosen filters, and more on demand', async () => {
  const list = await mountList(
    async (query) =>
      query?.before === undefined
        ? { workflows: [item(3), item(2)], next: 'more' }
        : { workflows: [item(2), item(1)], next: null },
    { status: ['running'], workflow: 'reviewIssue', threadId: 't', limit: 2 },
  );
  expect(list.listWorkflows).toHaveBeenLastCalledWith({
    limit: 2,
    status: ['running'],
    workflow: 'reviewIssue',
    threadId: 't',
  });
  expect(list.look().hasMore).toBe(true);
  list.look().loadMore();
  await settle();
  expect(list.look().workflows.map(({ title }) => title)).toEqual([
    'Issue 3',
    'Issue 2',
    'Issue 1',
  ]);
  expect(list.look().hasMore).toBe(false);
  await list.at.unmount();
});

test('D8: a list that cannot be loaded shows why, and the earlier entries stay', async () => {
  const unreachable = new RuntapeClientError('network', 'unreachable', 'It cannot be reached.');
  const answers: List[] = [
    async () => ({ workflows: [item(1)], next: null }),
    async () => {
      throw unreachable;
    },
  ];
  const list = await mountList(async (query) => {
    const [now = answers[1]] = answers.splice(0, 1);
    if (now === undefined) throw unreachable;
    return await now(query);
  }, {});
  await settle(2000);
  expect(list.look()).toMatchObject({
    error: { code: 'unreachable' },
    workflows: [{ title: 'Issue 1' }],
  });
  await list.at.unmount();
});
