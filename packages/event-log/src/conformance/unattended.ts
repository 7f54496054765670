import { describe, expect, test, vi } from 'vitest';
import type { EventLog } from '../event-log.ts';
import { Run } from './run.ts';
import { cancelled, newWorkflow, paused, resumed } from './samples.ts';
import type { OpenStore } from './store.ts';

async function unattended(log: EventLog): Promise<readonly string[]> {
  return (await log.unattended({ limit: 100 })).map(({ workflowId }) => workflowId);
}

export function testUnattended(open: OpenStore): void {
  describe('unattended workflows', () => {
    test('F5: a workflow is unattended from its creation until an attempt begins', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      expect(await (await store.another()).unattended({ limit: 10 })).toEqual([record]);
      await Run.begin(store.log, record.workflowId);
      expect(await unattended(store.log)).toEqual([]);
    });

    test('F5: and again when its worker lets it go, or dies', async () => {
      await using store = await open();
      const { log } = store;
      const released = await Run.start(log);
      await released.say('a');
      await log.release(released.workflowId, { attempt: 1 });
      expect(await unattended(log)).toEqual([released.workflowId]);
      const again = await Run.begin(log, released.workflowId, 20);
      await vi.waitFor(async () => expect(await unattended(log)).toEqual([again.workflowId]), {
        interval: 2,
      });
      expect((await Run.begin(log, again.workflowId)).attempt).toBe(3);
      expect(await unattended(log)).toEqual([]);
    });

    test('a workflow that ended needs nobody', async () => {
      await using store = await open();
      const { log } = store;
      const done = await Run.start(log);
      await done.end();
      const dropped = await Run.start(log);
      await log.release(dropped.workflowId, { attempt: 1 });
      await dropped.end(cancelled());
      expect(await unattended(log)).toEqual([]);
    });

    test('E14: a paused workflow needs nobody until it is resumed', async () => {
      await using store = await open();
      const { log } = store;
      const run = await Run.start(log);
      await run.append([paused()]);
      await log.release(run.workflowId, { attempt: 1 });
      expect((await log.get(run.workflowId))?.status).toBe('paused');
      expect(await unattended(log)).toEqual([]);
      const resuming = await Run.begin(log, run.workflowId);
      await resuming.append([resumed()]);
      await log.release(run.workflowId, { attempt: 2 });
      expect(await unattended(log)).toEqual([run.workflowId]);
    });

    test('E14, F4: a paused workflow whose attempt never let go is one to look at once the lease has run out', async () => {
      await using store = await open();
      const { log } = store;
      const died = await Run.start(log);
      await died.append([paused()]);
      expect(await unattended(log)).toEqual([]);
      await log.renew(died.workflowId, { attempt: 1, leaseMs: 1 });
      await vi.waitFor(async () => expect(await unattended(log)).toEqual([died.workflowId]), {
        interval: 2,
      });
      await log.release(died.workflowId, { attempt: 1 });
      expect(await unattended(log)).toEqual([]);
    });

    test('the oldest come first, as many as were asked for', async () => {
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
      expect(await log.unattended({ limit: 2 })).toEqual(records.slice(0, 2));
    });
  });
}
