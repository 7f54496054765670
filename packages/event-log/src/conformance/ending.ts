import { describe, expect, test } from 'vitest';
import { outcomeOf } from './outcome-of.ts';
import { readAll, readContents, recordOf, Run } from './harness.ts';
import { cancelled, completed, failed, running, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const leaseMs = 60_000;

export function testEnding(open: OpenStore): void {
  describe('the end of a workflow', () => {
    test.for([
      ['completed', completed()],
      ['failed', failed()],
      ['cancelled', cancelled()],
    ] as const)('F6: workflow:%s closes the log', async ([status, terminal]) => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.append([running(1), token('a')]);
      expect((await recordOf(store.log, run.workflowId)).endedAt).toBeNull();
      await run.append([token('b'), terminal]);
      const record = await recordOf(await store.another(), run.workflowId);
      expect(record).toMatchObject({ status, tail: 4, leaseUntil: null });
      expect(record.endedAt).toBeGreaterThanOrEqual(record.createdAt);
      expect((await readAll(store.log, run.workflowId)).at(-1)?.event).toEqual(terminal);
    });

    test('F6: after the end, appends, attempts, renewals and commands are refused', async () => {
      await using store = await open();
      const { log } = store;
      const run = await Run.start(log);
      await run.end();
      const record = await recordOf(log, run.workflowId);
      const { workflowId: id, attempt } = run;
      const append = (of: number, after: number) =>
        log.append(id, { attempt: of, after, events: [token('late')] });
      const late = [
        append(attempt, record.tail),
        append(attempt, 0),
        append(attempt + 1, record.tail),
        log.begin(id, { leaseMs }),
        log.renew(id, { attempt, leaseMs }),
        log.command(id, { type: 'cancel' }),
      ];
      const outcomes = await Promise.all(late.map(outcomeOf));
      expect(outcomes).toEqual(late.map(() => 'workflow_closed'));
      await log.release(id, { attempt });
      expect(await recordOf(log, id)).toEqual(record);
      expect(await readContents(log, id)).toEqual(['workflow:completed']);
    });

    test('F6: of several concurrent terminal events exactly one is stored', async () => {
      await using store = await open();
      const other = await store.another();
      const run = await Run.start(store.log);
      const append = { attempt: run.attempt, after: 0 };
      const outcomes = await Promise.allSettled([
        store.log.append(run.workflowId, { ...append, events: [completed()] }),
        other.append(run.workflowId, { ...append, events: [cancelled()] }),
        store.log.append(run.workflowId, { ...append, events: [failed()] }),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused).toHaveLength(2);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'workflow_closed' });
      expect(await readAll(store.log, run.workflowId)).toHaveLength(1);
    });

    test('a workflow that has ended can still be read, watched and listed', async () => {
      await using store = await open();
      const { log } = store;
      const run = await Run.start(log);
      await run.append([token('a')], { step: { step: 'one', result: 1 } });
      await log.command(run.workflowId, { type: 'pause' });
      await run.end();
      const { signal } = new AbortController();
      await log.watch(run.workflowId, { entries() {}, resync() {} }, signal);
      await log.watchCommands(run.workflowId, () => {}, signal);
      expect(await readContents(log, run.workflowId)).toEqual(['a', 'workflow:completed']);
      expect(await log.steps(run.workflowId)).toEqual(new Map([['one', 1]]));
      expect(await log.commands(run.workflowId, { after: 0 })).toHaveLength(1);
      expect((await log.list({ limit: 1 })).workflows).toHaveLength(1);
    });
  });
}
