import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeMove, type Model, moves } from './reference-model.ts';
import { Observer } from './observer.ts';
import { MANY_CASES_MS } from './wait-limits.ts';
import { actions, writeConcurrently } from './concurrent-writer.ts';
import { readAll, readContents } from './harness.ts';
import { newWorkflow } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const RUNS = { numRuns: 20 };

export function testInterleavings(open: OpenStore): void {
  describe('any interleaving of two handles', () => {
    test(
      'F1: one call after the other: the log obeys the laws, and so does every refusal',
      { timeout: MANY_CASES_MS },
      async () => {
        const property = fc.asyncProperty(moves, async (made) => {
          await using store = await open();
          const logs = [store.log, await store.another()];
          const { record } = await store.log.create(newWorkflow());
          const { workflowId } = record;
          const { signal } = new AbortController();
          const observers = await Promise.all(
            logs.map((log) => Observer.of(log, workflowId, signal)),
          );
          const model: Model = { attempt: 0, alive: false, ended: false, contents: [] };
          for (const move of made) {
            await makeMove(model, move, { log: logs[move.handle] ?? store.log, workflowId });
          }
          expect(await readContents(store.log, workflowId)).toEqual(model.contents);
          for (const observer of observers) {
            await observer.reached(model.contents.length);
            expect(observer.received).toEqual(await observer.asStored(store.log, workflowId));
          }
        });
        await fc.assert(property, RUNS);
      },
    );

    test(
      'F1, F5: concurrent calls: nothing is lost, stored twice, or written by an overtaken attempt',
      { timeout: MANY_CASES_MS },
      async () => {
        const property = fc.asyncProperty(actions, actions, async (here, there) => {
          await using store = await open();
          const other = await store.another();
          const { record } = await store.log.create(newWorkflow());
          const { workflowId } = record;
          const { signal } = new AbortController();
          const observer = await Observer.of(other, workflowId, signal);
          await store.log.begin(workflowId, { leaseMs: 60_000 });
          const accepted = await Promise.all([
            writeConcurrently(store.log, workflowId, { name: 'here', plan: here }),
            writeConcurrently(other, workflowId, { name: 'there', plan: there }),
          ]);
          const inOrder = accepted.flat().toSorted((a, b) => a.tail - b.tail);
          const entries = await readAll(store.log, workflowId);
          expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
          expect(await readContents(store.log, workflowId)).toEqual(
            inOrder.flatMap(({ texts }) => texts),
          );
          const attempts = inOrder.map(({ attempt }) => attempt);
          expect(attempts).toEqual(attempts.toSorted((a, b) => a - b));
          await observer.reached(entries.length);
          expect(observer.received).toEqual(await observer.asStored(store.log, workflowId));
        });
        await fc.assert(property, RUNS);
      },
    );
  });
}
