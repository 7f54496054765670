import { describe, expect, test, vi } from 'vitest';
import type { EventLog } from '../port/event-log.ts';
import { testEventIdUniqueness } from './event-id-uniqueness.ts';
import { Observer } from './observer.ts';
import { WAIT_LIMIT_MS } from './wait-limits.ts';
import { readAll, readContents, recordOf, Run } from './harness.ts';
import { newWorkflow, token } from './example-events.ts';
import type { OpenLossyStore } from './conformance-store.ts';

const leaseMs = 60_000;
const SHORT = 20;

/** Waits until a lease has expired. */
async function untilOrphaned(log: EventLog): Promise<void> {
  await vi.waitFor(
    async () => expect((await log.orphaned({ limit: 1 })).workflows).toHaveLength(1),
    {
      interval: 2,
      timeout: WAIT_LIMIT_MS,
    },
  );
}

/** Loses everything since the mark, and continues with the remaining state of a run. */
async function backWith(lose: () => Promise<EventLog>, run: Run) {
  const log = await lose();
  const { attempt, incarnation, workflowId } = run;
  const name = { attempt, incarnation };
  return { log, workflowId, name, record: await recordOf(log, workflowId) };
}

export function testDataLoss(open: OpenLossyStore, runs?: number): void {
  describe('a store that recovers without its last entries', () => {
    test('F1: an attempt with a valid lease writes them again: the same ids, step results and summary', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a');
      const lose = await store.mark();
      const lost = {
        after: 1,
        events: [token('b'), token('c')],
        summary: { stage: 'Reading' },
        step: { step: 'read', result: 7 },
      };
      await store.log.append(run.workflowId, { attempt: 1, ...lost });
      const before = await readAll(store.log, run.workflowId);
      const { log, workflowId, name, record } = await backWith(lose, run);
      expect(record).toMatchObject({ tail: 1, attempt: 1, incarnation: run.incarnation });
      await log.append(workflowId, { ...name, ...lost });
      expect(await readAll(log, workflowId)).toEqual(before);
      expect(await log.steps(workflowId)).toEqual(new Map([['read', 7]]));
      expect((await recordOf(log, workflowId)).summary.stage).toBe('Reading');
    });

    test('F1: an append that builds on lost entries is refused, and so is a renewal that knows of them', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a');
      const lose = await store.mark();
      await run.appendTokens('b');
      const { log, workflowId, name, record } = await backWith(lose, run);
      const refusal = { code: 'seq_conflict', tail: 1 };
      const append = { ...name, after: 2, events: [token('c')] };
      await expect(log.append(workflowId, append)).rejects.toMatchObject(refusal);
      await expect(log.renew(workflowId, { ...name, leaseMs, tail: 2 })).rejects.toMatchObject(
        refusal,
      );
      expect(await recordOf(log, workflowId)).toEqual(record);
      await log.renew(workflowId, { ...name, leaseMs, tail: 1 });
    });

    test('F2: the next attempt continues under a new incarnation, whatever the log contains by then', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a');
      const lose = await store.mark();
      await run.appendTokens('b');
      const { log, workflowId, name } = await backWith(lose, run);
      await log.release(workflowId, name);
      const next = await Run.begin(log, workflowId);
      expect(next.incarnation).not.toBe(run.incarnation);
      await next.appendTokens('other');
      const entries = await readAll(log, workflowId);
      expect(entries.map(({ id }) => id)).toEqual(
        [1, 2].map((seq) => `${next.incarnation}-${seq}`),
      );
      const third = await next.overtake();
      expect(third.incarnation).toBe(next.incarnation);
    });

    test('F2: watchers learn of the new incarnation with the next append', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a');
      const lose = await store.mark();
      const { log, workflowId, name } = await backWith(lose, run);
      const observer = await Observer.of(log, workflowId, new AbortController().signal);
      await log.renew(workflowId, { ...name, leaseMs, newIncarnation: 'anew1234' });
      await log.append(workflowId, { attempt: 1, after: 1, events: [token('b')] });
      await observer.reached(2, { from: 2 });
      expect(observer.received.map(({ id }) => id)).toEqual(['anew1234-2']);
    });

    test('F2: a workflow whose writer has verified that nothing is lost keeps its incarnation', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a');
      const lose = await store.mark();
      const { log, workflowId, name } = await backWith(lose, run);
      await log.renew(workflowId, { ...name, leaseMs, tail: 1 });
      await log.release(workflowId, name);
      expect((await Run.begin(log, workflowId)).incarnation).toBe(run.incarnation);
    });

    test('F5: an attempt whose beginning was lost is refused, even after its number is assigned again', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      const lose = await store.mark();
      const run = await Run.begin(store.log, record.workflowId);
      await run.appendTokens('a', 'b');
      const { log, workflowId, name } = await backWith(lose, run);
      const overtaken = { code: 'attempt_overtaken' };
      const append = { ...name, after: 0, events: [token('a')] };
      await expect(log.append(workflowId, append)).rejects.toMatchObject(overtaken);
      const again = await Run.begin(log, workflowId);
      expect(again.attempt).toBe(run.attempt);
      await expect(log.append(workflowId, append)).rejects.toMatchObject(overtaken);
      await expect(log.renew(workflowId, { ...name, leaseMs })).rejects.toMatchObject(overtaken);
      await log.release(workflowId, name);
      await expect(log.begin(workflowId, { leaseMs })).rejects.toMatchObject({
        code: 'attempt_alive',
      });
      await again.appendTokens('c');
      expect(await readContents(log, workflowId)).toEqual(['c']);
    });

    test('F5: an attempt whose lease had run out does not continue, because a later attempt may have been lost', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      const asleep = await Run.begin(store.log, record.workflowId, SHORT);
      await asleep.appendTokens('a');
      await untilOrphaned(store.log);
      const lose = await store.mark();
      const later = await Run.begin(store.log, record.workflowId);
      await later.appendTokens('b');
      const { log, workflowId, name } = await backWith(lose, asleep);
      const inDoubt = { code: 'attempt_in_doubt' };
      const append = { ...name, after: 1, events: [token('c')] };
      await expect(log.append(workflowId, append)).rejects.toMatchObject(inDoubt);
      await expect(log.renew(workflowId, { ...name, leaseMs })).rejects.toMatchObject(inDoubt);
      const renamed = 'anew1234';
      await log.renew(workflowId, { ...name, leaseMs, newIncarnation: renamed });
      // Under its former name it counts as another attempt.
      await expect(log.append(workflowId, append)).rejects.toMatchObject({
        code: 'attempt_overtaken',
      });
      await log.append(workflowId, { ...append, incarnation: renamed });
      expect((await readAll(log, workflowId)).map(({ id }) => id)).toEqual([
        `${renamed}-1`,
        `${renamed}-2`,
      ]);
      expect(await recordOf(log, workflowId)).toMatchObject({ attempt: 1, incarnation: renamed });
    });

    test('a workflow that was lost entirely is unknown, and its start can be repeated', async () => {
      await using store = await open();
      const lose = await store.mark();
      const workflow = newWorkflow({ idempotencyKey: 'key' });
      const run = await Run.start(store.log, workflow);
      await run.appendTokens('a');
      const log = await lose();
      expect(await log.get(run.workflowId)).toBeNull();
      const append = { attempt: 1, incarnation: run.incarnation, after: 1, events: [token('b')] };
      await expect(log.append(run.workflowId, append)).rejects.toMatchObject({
        code: 'unknown_workflow',
      });
      const { record, created } = await log.create(workflow);
      expect(created).toBe(true);
      expect(record.incarnation).not.toBe(run.incarnation);
      expect((await log.list({ limit: 10 })).workflows).toEqual([record]);
    });

    test('E14: lost commands are sent again under the same numbers', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await store.log.command(run.workflowId, { type: 'pause' });
      const lose = await store.mark();
      await store.log.command(run.workflowId, { type: 'resume' });
      const { log, workflowId } = await backWith(lose, run);
      expect(await log.commands(workflowId, { after: 0 })).toHaveLength(1);
      expect(await log.command(workflowId, { type: 'cancel' })).toMatchObject({ seq: 2 });
    });

    testEventIdUniqueness(open, runs);
  });
}
