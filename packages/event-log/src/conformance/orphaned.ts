import { describe, expect, test, vi } from 'vitest';
import type { EventLog } from '../port/event-log.ts';
import { Run } from './harness.ts';
import { cancelled, newWorkflow, paused, resumed } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

async function orphaned(log: EventLog): Promise<readonly string[]> {
  const { workflows } = await log.orphaned({ limit: 100 });
  return workflows.map(({ workflowId }) => workflowId);
}

/** Reads all after a position, in pages smaller than the total. */
async function orphanedPages(log: EventLog, from: string | null = null): Promise<string[]> {
  const ids: string[] = [];
  let after = from ?? undefined;
  do {
    const page = await log.orphaned({ limit: 50, after });
    ids.push(...page.workflows.map(({ workflowId }) => workflowId));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids;
}

export function testOrphaned(open: OpenStore): void {
  describe('orphaned workflows', () => {
    test('F5: a workflow is orphaned from its creation until an attempt begins', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      expect(await (await store.another()).orphaned({ limit: 10 })).toEqual({
        workflows: [record],
        next: null,
      });
      await Run.begin(store.log, record.workflowId);
      expect(await orphaned(store.log)).toEqual([]);
    });

    test('F5: it is orphaned again when its worker releases it or dies', async () => {
      await using store = await open();
      const { log } = store;
      const released = await Run.start(log);
      await released.appendTokens('a');
      await log.release(released.workflowId, { attempt: 1 });
      expect(await orphaned(log)).toEqual([released.workflowId]);
      const again = await Run.begin(log, released.workflowId, 20);
      await vi.waitFor(async () => expect(await orphaned(log)).toEqual([again.workflowId]), {
        interval: 2,
      });
      expect((await Run.begin(log, again.workflowId)).attempt).toBe(3);
      expect(await orphaned(log)).toEqual([]);
    });

    test('a workflow that has ended is not orphaned', async () => {
      await using store = await open();
      const { log } = store;
      const done = await Run.start(log);
      await done.end();
      const dropped = await Run.start(log);
      await log.release(dropped.workflowId, { attempt: 1 });
      await dropped.end(cancelled());
      expect(await orphaned(log)).toEqual([]);
    });

    test('E14: a paused workflow is not orphaned until it is resumed', async () => {
      await using store = await open();
      const { log } = store;
      const run = await Run.start(log);
      await run.append([paused()]);
      await log.release(run.workflowId, { attempt: 1 });
      expect((await log.get(run.workflowId))?.status).toBe('paused');
      expect(await orphaned(log)).toEqual([]);
      const resuming = await Run.begin(log, run.workflowId);
      await resuming.append([resumed()]);
      await log.release(run.workflowId, { attempt: 2 });
      expect(await orphaned(log)).toEqual([run.workflowId]);
    });

    test('E14, F4: a paused workflow whose attempt was never released is orphaned once the lease has run out', async () => {
      await using store = await open();
      const { log } = store;
      const died = await Run.start(log);
      await died.append([paused()]);
      expect(await orphaned(log)).toEqual([]);
      await log.renew(died.workflowId, { attempt: 1, leaseMs: 1 });
      await vi.waitFor(async () => expect(await orphaned(log)).toEqual([died.workflowId]), {
        interval: 2,
      });
      await log.release(died.workflowId, { attempt: 1 });
      expect(await orphaned(log)).toEqual([]);
    });

    test('lists the oldest first, up to the requested number', async () => {
      await using store = await open();
      const { log } = store;
      const records = [];
      for (let index = 0; index < 3; index += 1) {
        const { record } = await log.create(newWorkflow());
        records.push(record);
        await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(record.createdAt), {
          interval: 1,
        });
      }
      const { workflows } = await log.orphaned({ limit: 2 });
      expect(workflows).toEqual(records.slice(0, 2));
    });

    test('K1: any number of workflows can be paged, without losing or repeating one that stays orphaned', async () => {
      await using store = await open();
      const { log } = store;
      const all = [];
      for (let count = 0; count < 230; count += 1) {
        all.push((await log.create(newWorkflow())).record.workflowId);
      }
      const running = await Run.start(log);
      const released = await Run.start(log);
      await released.append([paused()]);
      await log.release(released.workflowId, { attempt: 1 });
      expect((await orphanedPages(log)).toSorted()).toEqual(all.toSorted());
      const first = await log.orphaned({ limit: 100 });
      const ids = first.workflows.map(({ workflowId }) => workflowId);
      // Workflows that are taken up between two pages must not hide others.
      for (const workflowId of ids) await log.begin(workflowId, { leaseMs: 60_000 });
      const rest = await orphanedPages(log, first.next);
      expect([...ids, ...rest].toSorted()).toEqual(all.toSorted());
      expect(rest).not.toContain(running.workflowId);
    });

    test.for([{ limit: 0 }, { limit: 201 }, { limit: 1, after: 'nonsense' }])(
      'an invalid page is refused: %o',
      async (query) => {
        await using store = await open();
        await expect(store.log.orphaned(query)).rejects.toMatchObject({ code: 'invalid_query' });
      },
    );
  });
}
