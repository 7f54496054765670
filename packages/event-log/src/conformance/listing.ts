import { describe, expect, test, vi } from 'vitest';
import type { EventLog } from '../port/event-log.ts';
import type { ListQuery } from '../port/list.ts';
import type { NewWorkflow } from '../port/create.ts';
import type { WorkflowRecord } from '../port/read.ts';
import { Run } from './harness.ts';
import { newWorkflow, running } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

/** Creates workflows in different milliseconds, so that their order is known. */
async function createApart(
  log: EventLog,
  count: number,
  differing?: Partial<NewWorkflow>,
): Promise<readonly WorkflowRecord[]> {
  const records: WorkflowRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const { record } = await log.create(newWorkflow(differing));
    records.push(record);
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(record.createdAt), { interval: 1 });
  }
  return records;
}

/** Reads all pages of a query, and calls `between` between them. */
async function listAll(
  log: EventLog,
  query: ListQuery,
  between?: () => Promise<unknown>,
): Promise<readonly WorkflowRecord[]> {
  const { workflows, next } = await log.list(query);
  if (workflows.length > query.limit) throw new Error('A page has more than was asked for.');
  if (next !== null && next === query.before) throw new Error('The list does not get on.');
  if (next === null) return workflows;
  await between?.();
  return [...workflows, ...(await listAll(log, { ...query, before: next }, between))];
}

const ids = (records: readonly WorkflowRecord[]) => records.map(({ workflowId }) => workflowId);

export function testListing(open: OpenStore): void {
  describe('listing', () => {
    test('E11: lists newest first, with current records', async () => {
      await using store = await open();
      const created = await createApart(store.log, 4);
      const [first] = created;
      if (first === undefined) throw new TypeError('Nothing was created.');
      const run = await Run.begin(store.log, first.workflowId);
      await run.append([running(1)]);
      const { workflows, next } = await (await store.another()).list({ limit: 10 });
      expect(next).toBeNull();
      expect(ids(workflows)).toEqual(ids(created.toReversed()));
      expect(workflows.at(-1)).toMatchObject({ status: 'running', attempt: 1, tail: 1 });
      expect(workflows.at(-1)).toEqual(await store.log.get(first.workflowId));
    });

    test('K1: lists and other records never contain the input, however large; only the worker that runs the workflow gets it', async () => {
      await using store = await open();
      const { log } = store;
      const input = { text: 'x'.repeat(2_000_000) };
      const { record } = await log.create(newWorkflow({ input, threadId: 'thread-1' }));
      const { workflows } = await log.list({ limit: 10 });
      const { members } = await log.thread('thread-1', { after: 0, limit: 10 });
      const orphaned = await log.orphaned({ limit: 10 });
      const page = await log.read(record.workflowId, { after: 0, limit: 10 });
      const records = [
        record,
        await log.get(record.workflowId),
        page.record,
        ...workflows,
        ...members.map((member) => member.record),
        ...orphaned.workflows,
      ];
      expect(records).toHaveLength(6);
      for (const one of records) expect(JSON.stringify(one).length).toBeLessThan(1_000);
      expect(await log.input(record.workflowId)).toEqual(input);
      expect((await log.begin(record.workflowId, { leaseMs: 1_000 })).input).toEqual(input);
      await expect(log.input(newWorkflow().workflowId)).rejects.toMatchObject({
        code: 'unknown_workflow',
      });
    });

    test('an empty store has an empty list', async () => {
      await using store = await open();
      expect(await store.log.list({ limit: 10 })).toEqual({ workflows: [], next: null });
    });

    test('pages neither lose nor repeat a workflow while new ones are created', async () => {
      await using store = await open();
      const other = await store.another();
      const created = await createApart(store.log, 7);
      for (const limit of [1, 2, 3]) {
        const listed = await listAll(store.log, { limit }, () => other.create(newWorkflow()));
        expect(new Set(ids(listed)).size).toBe(listed.length);
        expect(ids(listed).slice(-7)).toEqual(ids(created.toReversed()));
      }
    });

    test('pages neither lose nor repeat a workflow when many were created in one millisecond', async () => {
      await using store = await open();
      const made = await Promise.all(
        Array.from({ length: 40 }, () => store.log.create(newWorkflow())),
      );
      const listed = await listAll(store.log, { limit: 3 });
      expect(ids(listed).toSorted()).toEqual(
        made.map(({ record }) => record.workflowId).toSorted(),
      );
    });

    test('filters by status, definition and thread', async () => {
      await using store = await open();
      const { log } = store;
      const text = await Run.start(log, { threadId: 'thread-1' });
      const review = await Run.start(log, { workflow: 'reviewText', threadId: 'thread-1' });
      const queued = (await log.create(newWorkflow({ threadId: 'thread-2' }))).record;
      await text.append([running(1)]);
      await review.end();
      const find = async (query: Omit<ListQuery, 'limit'>) =>
        ids(await listAll(log, { ...query, limit: 2 })).toSorted();
      const [a, b, c] = [text.workflowId, review.workflowId, queued.workflowId];
      expect(await find({ status: ['running'] })).toEqual([a]);
      expect(await find({ status: ['queued', 'completed'] })).toEqual([b, c].toSorted());
      expect(await find({ status: ['failed'] })).toEqual([]);
      expect(await find({ status: [] })).toEqual([]);
      expect(await find({ workflow: 'writeText' })).toEqual([a, c].toSorted());
      expect(await find({ threadId: 'thread-1' })).toEqual([a, b].toSorted());
      expect(await find({ threadId: 'thread-1', workflow: 'reviewText' })).toEqual([b]);
      expect(await find({ threadId: 'thread-1', status: ['queued'] })).toEqual([]);
      expect(await find({ threadId: 'unheard-of' })).toEqual([]);
    });

    test('E17: filters by owner, alone and combined with other filters', async () => {
      await using store = await open();
      const { log } = store;
      // Owners that a store might confuse, or treat as a pattern.
      const owners = ['ada', 'Ada', 'ada ', 'a*', '{ada}', 'ad%', '\ud800', '\udc00'];
      const byOwner = new Map<string, string>();
      for (const owner of owners) {
        const { record } = await log.create(newWorkflow({ owner, threadId: 'shared' }));
        byOwner.set(owner, record.workflowId);
      }
      const withoutOwner = (await log.create(newWorkflow())).record.workflowId;
      const other = await store.another();
      for (const owner of owners) {
        const mine = [byOwner.get(owner)];
        const find = async (query: Omit<ListQuery, 'limit'>) =>
          ids(await listAll(other, { owner, limit: 2, ...query }));
        expect(await find({})).toEqual(mine);
        expect(await find({ threadId: 'shared', workflow: 'writeText' })).toEqual(mine);
        expect(await find({ status: ['queued'] })).toEqual(mine);
        expect(await find({ status: ['completed'] })).toEqual([]);
        expect(await find({ threadId: 'other' })).toEqual([]);
      }
      expect(await listAll(other, { owner: 'nobody', limit: 2 })).toEqual([]);
      expect(ids(await listAll(other, { limit: 2 }))).toContain(withoutOwner);
    });

    test('pages of a filter find every match, however rare', async () => {
      await using store = await open();
      const { log } = store;
      const [rare] = await createApart(log, 1, { workflow: 'reviewText' });
      await Promise.all(Array.from({ length: 30 }, () => log.create(newWorkflow())));
      const [alsoRare] = await createApart(log, 1, { workflow: 'reviewText' });
      const listed = await listAll(log, { limit: 1, workflow: 'reviewText' });
      expect(ids(listed)).toEqual([alsoRare?.workflowId, rare?.workflowId]);
    });

    test.for([{ limit: 0 }, { limit: 201 }, { limit: 1.5 }, { limit: 1, before: 'nonsense' }])(
      'an invalid page is refused: %o',
      async (query) => {
        await using store = await open();
        await expect(store.log.list(query)).rejects.toMatchObject({ code: 'invalid_query' });
      },
    );
  });
}
