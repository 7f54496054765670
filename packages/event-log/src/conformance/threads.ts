import { describe, expect, test, vi } from 'vitest';
import type { EventLog } from '../port/event-log.ts';
import type { ThreadMember } from '../port/threads.ts';
import { recordOf, Run } from './harness.ts';
import { newWorkflow } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const THREAD = 'thread-1';
const PATIENCE = { interval: 2 };

/** Reads all members of a thread in pages. */
async function membersOf(
  log: EventLog,
  { threadId = THREAD, after = 0, limit = 200 } = {},
): Promise<readonly ThreadMember[]> {
  const { members, next, lowWatermark } = await log.thread(threadId, { after, limit });
  if (members.length > limit) throw new Error('A page has more than was asked for.');
  expect(lowWatermark).toBe(members.at(-1)?.position ?? after);
  if (next === null) return members;
  if (next <= after) throw new Error('The pages do not get on.');
  return [...members, ...(await membersOf(log, { threadId, after: next, limit }))];
}

const ids = (members: readonly ThreadMember[]) => members.map(({ record }) => record.workflowId);

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

async function join(log: EventLog, threadId: string = THREAD): Promise<string> {
  return (await log.create(newWorkflow({ threadId }))).record.workflowId;
}

export function testThreads(open: OpenStore): void {
  describe('threads', () => {
    test('C4: a thread lists its workflows in the order in which they joined, in pages of any size', async () => {
      await using store = await open();
      const other = await store.another();
      const joined: string[] = [];
      for (let index = 0; index < 7; index += 1) {
        joined.push(await join(index % 2 === 0 ? store.log : other));
        await join(store.log, 'thread-2');
        await store.log.create(newWorkflow());
      }
      for (const limit of [1, 2, 3, 7, 8]) {
        expect(ids(await membersOf(other, { limit }))).toEqual(joined);
      }
      const members = await membersOf(store.log);
      expect(ids(await membersOf(store.log, { after: members[3]?.position ?? 0 }))).toEqual(
        joined.slice(4),
      );
    });

    test('C4: its members have their current records', async () => {
      await using store = await open();
      const run = await Run.start(store.log, { threadId: THREAD });
      await run.appendTokens('a');
      await run.end();
      const [member] = await membersOf(await store.another());
      expect(member?.record).toEqual(await recordOf(store.log, run.workflowId));
      expect(member?.record).toMatchObject({ status: 'completed', tail: 2 });
    });

    test('C4: a thread without workflows is empty', async () => {
      await using store = await open();
      await join(store.log, 'thread-2');
      const page = await store.log.thread('thread-1', { after: 0, limit: 10 });
      expect(page).toEqual({ members: [], next: null, lowWatermark: 0 });
    });

    test('C4: a later member has a higher position, even among those that join at the same moment', async () => {
      await using store = await open();
      const other = await store.another();
      const seen: ThreadMember[] = [];
      for (let round = 0; round < 4; round += 1) {
        await Promise.all([store.log, other, store.log, other].map((log) => join(log)));
        const after = seen.at(-1)?.position ?? 0;
        const late = await membersOf(round % 2 === 0 ? other : store.log, { after });
        expect(late).toHaveLength(4);
        seen.push(...late);
      }
      expect(new Set(ids(seen)).size).toBe(16);
      expect(new Set(seen.map(({ position }) => position)).size).toBe(16);
      expect(ids(await membersOf(store.log))).toEqual(ids(seen));
    });

    test('K2: of several users that begin a thread concurrently one owns it, and the others do not join', async () => {
      await using store = await open();
      const other = await store.another();
      for (let round = 0; round < 5; round += 1) {
        const threadId = `round-${round}`;
        const owners = ['ada', 'bob', 'cy', 'dee'];
        const outcomes = await Promise.allSettled(
          owners.map((owner, n) =>
            (n % 2 === 0 ? store.log : other).create(
              newWorkflow({ threadId, owner, onlyOwnThread: true }),
            ),
          ),
        );
        const refusals = outcomes.flatMap((each) =>
          each.status === 'rejected' ? [codeOf(each.reason)] : [],
        );
        expect(refusals).toEqual(['thread_taken', 'thread_taken', 'thread_taken']);
        const [first, ...rest] = await membersOf(store.log, { threadId });
        expect(rest).toEqual([]);
        const { owner } = first?.record ?? {};
        const successor = newWorkflow({ threadId, owner: owner ?? '', onlyOwnThread: true });
        expect((await other.create(successor)).created).toBe(true);
      }
    });

    test('K2: a user who may join any thread joins it, but it stays with its first owner; a refused start leaves nothing', async () => {
      await using store = await open();
      const { log } = store;
      const own = { threadId: THREAD, onlyOwnThread: true };
      await log.create(newWorkflow({ ...own, owner: 'ada' }));
      await log.create(newWorkflow({ threadId: THREAD, owner: 'root' }));
      await log.create(newWorkflow({ ...own, owner: 'ada' }));
      const refused = newWorkflow({ ...own, owner: 'bob', idempotencyKey: 'bobs' });
      for (const who of [refused, newWorkflow({ ...own, owner: 'root' }), newWorkflow(own)]) {
        await expect(log.create(who)).rejects.toMatchObject({ code: 'thread_taken' });
        expect(await log.get(who.workflowId)).toBeNull();
      }
      expect(await membersOf(log)).toHaveLength(3);
      expect((await log.list({ limit: 10, owner: 'bob' })).workflows).toEqual([]);
      // The key of a refused start stays unused.
      const elsewhere = { ...refused, threadId: 'thread-2' };
      expect((await log.create(elsewhere)).created).toBe(true);
    });

    test('K2: a thread whose workflows are all gone is free for any user', async () => {
      await using store = await open();
      const own = { threadId: THREAD, onlyOwnThread: true };
      const old = await Run.start(store.log, { ...own, owner: 'ada' });
      await old.end();
      await store.log.expire({ endedBefore: Date.now() + 1e9, limit: 10 });
      const { created } = await store.log.create(newWorkflow({ ...own, owner: 'bob' }));
      expect(created).toBe(true);
    });

    test('F5: a workflow that is started twice with one key joins once', async () => {
      await using store = await open();
      const workflow = newWorkflow({ threadId: THREAD, idempotencyKey: 'key' });
      await store.log.create(workflow);
      await (await store.another()).create({ ...workflow, workflowId: newWorkflow().workflowId });
      expect(ids(await membersOf(store.log))).toEqual([workflow.workflowId]);
    });

    test('A13: an expired workflow leaves the thread, and later members get positions after all earlier ones', async () => {
      await using store = await open();
      const { log } = store;
      const old = await Run.start(log, { threadId: THREAD });
      await old.end();
      const running = await join(log);
      const young = await Run.start(log, { threadId: THREAD });
      await young.end();
      const before = await membersOf(log);
      await log.expire({ endedBefore: Date.now() + 1e9, limit: 10 });
      expect(ids(await membersOf(log))).toEqual([running]);
      const late = await join(log);
      expect(ids(await membersOf(log, { after: before.at(-1)?.position ?? 0 }))).toEqual([late]);
    });

    test('C4: a watcher of a thread is notified of a start through any handle, and finds the workflow', async () => {
      await using store = await open();
      const other = await store.another();
      const { signal } = new AbortController();
      const found = [0, 0];
      for (const [index, log] of [store.log, other].entries()) {
        const read = async () => {
          const { members } = await log.thread(THREAD, { after: 0, limit: 200 });
          found[index] = Math.max(found[index] ?? 0, members.length);
        };
        await log.watchThread(THREAD, () => void read(), signal);
      }
      await join(other);
      await vi.waitFor(() => expect(found).toEqual([1, 1]), PATIENCE);
      await join(store.log);
      await vi.waitFor(() => expect(found).toEqual([2, 2]), PATIENCE);
    });

    test('C8: a watcher is notified of its own thread only, and never after the abort', async () => {
      await using store = await open();
      const other = await store.another();
      const leaving = new AbortController();
      const { signal } = new AbortController();
      const [gone, elsewhere, still] = [
        vi.fn<() => void>(),
        vi.fn<() => void>(),
        vi.fn<() => void>(),
      ];
      for (const log of [store.log, other]) {
        await log.watchThread(THREAD, gone, leaving.signal);
        await log.watchThread('thread-2', elsewhere, signal);
        await log.watchThread(THREAD, still, signal);
      }
      leaving.abort();
      await join(other);
      await join(store.log);
      await vi.waitFor(() => expect(still.mock.calls.length).toBeGreaterThan(2), PATIENCE);
      expect(gone).not.toHaveBeenCalled();
      expect(elsewhere).not.toHaveBeenCalled();
    });

    test('watching a thread with an aborted signal is refused with the reason of the signal', async () => {
      await using store = await open();
      const reason = new Error('gone already');
      const wake = vi.fn<() => void>();
      const watching = store.log.watchThread(THREAD, wake, AbortSignal.abort(reason));
      await expect(watching).rejects.toBe(reason);
      await join(store.log);
      expect(wake).not.toHaveBeenCalled();
    });

    test.for([
      { after: -1, limit: 1 },
      { after: 0.5, limit: 1 },
      { after: 0, limit: 0 },
      { after: 0, limit: 201 },
    ])('an invalid page of a thread is refused: %o', async (range) => {
      await using store = await open();
      await expect(store.log.thread(THREAD, range)).rejects.toMatchObject({
        code: 'invalid_query',
      });
    });
  });
}
