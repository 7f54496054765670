import { describe, expect, test } from 'vitest';
import { outcomeOf } from './outcome-of.ts';
import { Observer } from './observer.ts';
import { readContents, Run } from './harness.ts';
import { newWorkflow, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

export function testClosing(open: OpenStore): void {
  describe('closing', () => {
    test('can be repeated, and every later call is refused', async () => {
      await using store = await open();
      const { log } = store;
      const { workflowId: id } = await Run.start(log);
      const { signal } = new AbortController();
      await log.close();
      await log.close();
      await log[Symbol.asyncDispose]();
      const watcher = { entries() {}, resync() {} };
      const append = { attempt: 1, after: 0, events: [token('a')] };
      const late = [
        log.create(newWorkflow()),
        log.get(id),
        log.begin(id, { leaseMs: 1 }),
        log.renew(id, { attempt: 1, leaseMs: 1 }),
        log.release(id, { attempt: 1 }),
        log.append(id, append),
        log.read(id, { after: 0, limit: 1 }),
        log.watch(id, watcher, signal),
        log.steps(id),
        log.command(id, { type: 'cancel' }),
        log.commands(id, { after: 0 }),
        log.watchCommands(id, () => {}, signal),
        log.list({ limit: 1 }),
        log.thread('thread-1', { after: 0, limit: 1 }),
        log.watchThread('thread-1', () => {}, signal),
        log.orphaned({ limit: 1 }),
        log.expire({ endedBefore: 1, limit: 1 }),
      ];
      const outcomes = await Promise.all(late.map(outcomeOf));
      expect(outcomes).toEqual(late.map(() => 'closed'));
    });

    test('two concurrent closes count as one', async () => {
      await using store = await open();
      await Promise.all([store.log.close(), store.log.close()]);
      await expect(store.log.list({ limit: 1 })).rejects.toMatchObject({ code: 'closed' });
    });

    test('does not affect the store and its other handles', async () => {
      await using store = await open();
      const other = await store.another();
      const run = await Run.start(store.log);
      await run.appendTokens('a');
      await store.log.close();
      const next = await (async () => {
        await other.release(run.workflowId, { attempt: 1 });
        return Run.begin(other, run.workflowId);
      })();
      await next.appendTokens('b');
      expect(await readContents(other, run.workflowId)).toEqual(['a', 'b']);
    });

    test('C8: ends its watches', async () => {
      await using store = await open();
      const other = await store.another();
      const { signal } = new AbortController();
      const run = await Run.start(other);
      const closed = await Observer.of(store.log, run.workflowId, signal);
      const still = await Observer.of(other, run.workflowId, signal);
      await store.log.close();
      const before = closed.received.length + closed.resyncs;
      await run.appendTokens('a');
      await still.reached(1);
      expect(closed.received.length + closed.resyncs).toBe(before);
    });
  });
}
