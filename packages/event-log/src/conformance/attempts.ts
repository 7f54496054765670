import { describe, expect, test, vi } from 'vitest';
import { readContents, recordOf, Run } from './harness.ts';
import { newWorkflow, running, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const anyNumber: unknown = expect.any(Number);
const leaseMs = 60_000;
const SHORT = 30;

export function testAttempts(open: OpenStore): void {
  describe('attempts', () => {
    test('are numbered, and continue where the log ends', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a', 'b');
      await store.log.release(run.workflowId, { attempt: run.attempt });
      const input = await store.log.input(run.workflowId);
      const { record, ...second } = await store.log.begin(run.workflowId, { leaseMs });
      expect(second).toEqual({ workflowId: run.workflowId, attempt: 2, input });
      expect(record).toEqual(await recordOf(store.log, run.workflowId));
      expect(record).toMatchObject({ attempt: 2, tail: 2, leaseUntil: anyNumber });
    });

    test('F5: the writer of an older attempt is fenced off as soon as a newer attempt begins', async () => {
      await using store = await open();
      const old = await Run.start(store.log);
      await old.appendTokens('old');
      const next = await old.overtake(await store.another());
      const { workflowId } = old;
      const refusal = { code: 'attempt_overtaken', workflowId };
      await expect(old.appendTokens('too late')).rejects.toMatchObject(refusal);
      await next.appendTokens('new');
      expect(await readContents(store.log, old.workflowId)).toEqual(['old', 'new']);
    });

    test('F5: appends in flight from an overtaken attempt are stored before it is overtaken or not at all', async () => {
      await using store = await open();
      const other = await store.another();
      const old = await Run.start(store.log);
      await store.log.release(old.workflowId, { attempt: old.attempt });
      const appends = Array.from({ length: 30 }, (_, index) => old.appendTokens(`old ${index}`));
      const outcomes = Promise.allSettled(appends);
      const next = await Run.begin(other, old.workflowId);
      const { tail } = next;
      await next.appendTokens('new');
      const stored = (await outcomes).filter(({ status }) => status === 'fulfilled').length;
      expect(stored).toBe(tail);
      expect((await readContents(store.log, old.workflowId)).slice(tail)).toEqual(['new']);
    });

    test('F5: of two workers that begin concurrently, only one gets the workflow', async () => {
      await using store = await open();
      const other = await store.another();
      const { record } = await store.log.create(newWorkflow());
      const begun = [store.log, other, store.log, other].map((log) =>
        log.begin(record.workflowId, { leaseMs }),
      );
      const outcomes = await Promise.allSettled(begun);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused).toHaveLength(3);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'attempt_alive' });
      expect((await recordOf(store.log, record.workflowId)).attempt).toBe(1);
    });

    test('F5: an append does not change the lease of its attempt', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const { leaseUntil } = await recordOf(store.log, run.workflowId);
      await run.append([running(1), token('a')], { summary: { stage: 'Reading' } });
      await run.appendTokens('b');
      expect(await recordOf(store.log, run.workflowId)).toMatchObject({ leaseUntil, attempt: 1 });
    });

    test('a live attempt keeps other workers out and reports when its lease ends', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const { leaseUntil } = await recordOf(store.log, run.workflowId);
      const refused = store.log.begin(run.workflowId, { leaseMs });
      await expect(refused).rejects.toMatchObject({ code: 'attempt_alive', leaseUntil });
    });

    test('F5: when the lease of a dead worker runs out, another worker takes over', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      const dead = await Run.begin(store.log, record.workflowId, SHORT);
      const next = await vi.waitFor(() => Run.begin(store.log, record.workflowId), { interval: 5 });
      expect(next.attempt).toBe(2);
      await expect(dead.appendTokens('I was only asleep')).rejects.toMatchObject({
        code: 'attempt_overtaken',
      });
    });

    test('an attempt whose lease ran out may continue until another begins', async () => {
      await using store = await open();
      const { log } = store;
      const { record } = await log.create(newWorkflow());
      const run = await Run.begin(log, record.workflowId, 1);
      await vi.waitFor(
        async () => expect((await log.orphaned({ limit: 10 })).workflows).toHaveLength(1),
        {
          interval: 2,
        },
      );
      await run.appendTokens('still here');
      await log.renew(run.workflowId, { attempt: 1, leaseMs });
      await expect(log.begin(run.workflowId, { leaseMs })).rejects.toMatchObject({
        code: 'attempt_alive',
      });
      expect((await log.orphaned({ limit: 10 })).workflows).toEqual([]);
    });

    test('renewing extends the lease, for the newest attempt only', async () => {
      await using store = await open();
      const { log } = store;
      const first = await Run.start(log);
      const { leaseUntil } = await recordOf(log, first.workflowId);
      await log.renew(first.workflowId, { attempt: 1, leaseMs: 10 * leaseMs });
      const renewed = await recordOf(log, first.workflowId);
      expect(renewed.leaseUntil).toBeGreaterThan(leaseUntil ?? 0);
      await first.overtake();
      const second = await recordOf(log, first.workflowId);
      const late = log.renew(first.workflowId, { attempt: 1, leaseMs: 20 * leaseMs });
      await expect(late).rejects.toMatchObject({ code: 'attempt_overtaken' });
      expect(await recordOf(log, first.workflowId)).toEqual(second);
    });

    test('releasing ends the lease immediately, and does nothing for an overtaken attempt', async () => {
      await using store = await open();
      const { log } = store;
      const first = await Run.start(log);
      await log.release(first.workflowId, { attempt: 1 });
      expect(await recordOf(log, first.workflowId)).toMatchObject({ attempt: 1, leaseUntil: null });
      const second = await Run.begin(log, first.workflowId);
      await log.release(first.workflowId, { attempt: 1 });
      await expect(log.begin(second.workflowId, { leaseMs })).rejects.toMatchObject({
        code: 'attempt_alive',
      });
    });

    test('an append before the first attempt has begun is refused', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      for (const attempt of [0, 1]) {
        const append = { attempt, after: 0, events: [token('a')] };
        const refused = store.log.append(record.workflowId, append);
        // Attempt 0 does not exist: `begin` counts from 1.
        await expect(refused).rejects.toMatchObject({ code: 'attempt_overtaken' });
      }
    });
  });
}
