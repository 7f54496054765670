import type { WorkflowId } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import type { EventLog } from '../port/event-log.ts';
import { readAll, recordOf, Run } from './harness.ts';
import { newWorkflow, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const IN_A_YEAR = Date.now() + 365 * 24 * 60 * 60 * 1000;

async function ended(log: EventLog): Promise<Run> {
  const run = await Run.start(log);
  await run.end();
  return run;
}

export function testExpiring(open: OpenStore): void {
  describe('expiring', () => {
    test('A4: removes only workflows that ended before a given time', async () => {
      await using store = await open();
      const { log } = store;
      const old = await ended(log);
      const running = await Run.start(log);
      const { record: queued } = await log.create(newWorkflow());
      const { endedAt } = await recordOf(log, old.workflowId);
      expect(await log.expire({ endedBefore: endedAt ?? 0, limit: 10 })).toEqual([]);
      expect(await log.expire({ endedBefore: (endedAt ?? 0) + 1, limit: 10 })).toEqual([
        old.workflowId,
      ]);
      expect(await log.expire({ endedBefore: IN_A_YEAR, limit: 10 })).toEqual([]);
      const left = (await log.list({ limit: 10 })).workflows.map(({ workflowId }) => workflowId);
      expect(left.toSorted()).toEqual([running.workflowId, queued.workflowId].toSorted());
    });

    test('A4: of the workflows that may be removed, only the named ones are', async () => {
      await using store = await open();
      const { log } = store;
      const [first, second, young] = [await ended(log), await ended(log), await ended(log)];
      const running = await Run.start(log);
      const { endedAt } = await recordOf(log, young.workflowId);
      const named = [running, second, first, young].map(({ workflowId }) => workflowId);
      const expire = (only: readonly WorkflowId[], limit = 10, endedBefore = IN_A_YEAR) =>
        log.expire({ endedBefore, limit, only });
      expect(await expire([])).toEqual([]);
      expect(await expire([second.workflowId, newWorkflow().workflowId])).toEqual([
        second.workflowId,
      ]);
      expect(await expire([young.workflowId], 10, endedAt ?? 0)).toEqual([]);
      expect((await expire(named, 1)).length).toBe(1);
      expect((await expire(named)).length).toBe(1);
      const { workflows } = await log.list({ limit: 10 });
      expect(workflows.map(({ workflowId }) => workflowId)).toEqual([running.workflowId]);
    });

    test('A13: a removed workflow is unknown to every handle', async () => {
      await using store = await open();
      const { log } = store;
      const other = await store.another();
      const { workflowId } = await ended(log);
      await log.expire({ endedBefore: IN_A_YEAR, limit: 10 });
      for (const handle of [log, other]) {
        expect(await handle.get(workflowId)).toBeNull();
        await expect(readAll(handle, workflowId)).rejects.toMatchObject({
          code: 'unknown_workflow',
        });
        await expect(handle.steps(workflowId)).rejects.toMatchObject({ code: 'unknown_workflow' });
        await expect(handle.commands(workflowId, { after: 0 })).rejects.toMatchObject({
          code: 'unknown_workflow',
        });
        expect(await handle.list({ limit: 10 })).toEqual({ workflows: [], next: null });
      }
    });

    test('A13: nothing of it is left: the same id and key start again, in a new incarnation', async () => {
      await using store = await open();
      const { log } = store;
      const workflow = newWorkflow({ idempotencyKey: 'key' });
      const run = await Run.start(log, workflow);
      await run.append([token('a')], { step: { step: 'one', result: 1 } });
      await log.command(run.workflowId, { type: 'pause' });
      await run.end();
      await log.expire({ endedBefore: IN_A_YEAR, limit: 10 });
      const { record, created } = await log.create({ ...workflow, input: 'something else' });
      expect(created).toBe(true);
      expect(record).toMatchObject({ status: 'queued', attempt: 0, tail: 0 });
      expect(record.incarnation).not.toBe(run.incarnation);
      expect(await readAll(log, run.workflowId)).toEqual([]);
      expect(await log.steps(run.workflowId)).toEqual(new Map());
      expect(await log.commands(run.workflowId, { after: 0 })).toEqual([]);
    });

    test('removes at most the requested number, until none is left', async () => {
      await using store = await open();
      const { log } = store;
      const runs = [await ended(log), await ended(log), await ended(log)];
      const gone = [
        ...(await log.expire({ endedBefore: IN_A_YEAR, limit: 2 })),
        ...(await log.expire({ endedBefore: IN_A_YEAR, limit: 2 })),
      ];
      expect(gone.toSorted()).toEqual(runs.map(({ workflowId }) => workflowId).toSorted());
    });
  });
}
