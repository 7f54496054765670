import type { EventMetadata, WorkflowEvent } from '@runtape/events';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Entry, MergedRange } from '../port/read.ts';
import type { EventLog } from '../port/event-log.ts';
import { mergeTokens } from '@runtape/events';
import { WAIT_LIMIT_MS } from './wait-limits.ts';
import { readAll, Run } from './harness.ts';
import { completed, running, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const IN_A_YEAR = Date.now() + 365 * 24 * 60 * 60 * 1000;
/** More entries than fit into two segments. */
const LONG = 2_600;

/** Reads everything after a cursor in merged form, page by page. */
async function readAllMerged(
  log: EventLog,
  run: Pick<Run, 'workflowId'>,
  { after = 0, limit = 500, ...more }: Partial<MergedRange> = {},
): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for (let at = after; ; at = all.at(-1)?.seq ?? after) {
    const { entries, record } = await log.readMerged(run.workflowId, { after: at, limit, ...more });
    all.push(...entries);
    const end = Math.min(record.tail, more.upTo ?? record.tail);
    if (entries.length === 0 || (all.at(-1)?.seq ?? 0) >= end) return all;
  }
}

/**
 * Each merged entry equals the merge of the entries that it represents, and together they represent
 * each entry once.
 */
function expectMerged(merged: readonly Entry[], entries: readonly Entry[], after = 0): void {
  let from = after;
  for (const entry of merged) {
    expect(mergeTokens(entries.slice(from, entry.seq))).toEqual([entry]);
    from = entry.seq;
  }
  expect(from).toBe(entries.length);
}

/**
 * Waits until everything up to a seq is stored merged: only entries from the log itself are read
 * one at a time.
 */
async function untilStored(log: EventLog, run: Run, upTo: number): Promise<void> {
  await vi.waitFor(
    async () => {
      for (let after = 0; after < upTo;) {
        const { entries } = await log.readMerged(run.workflowId, { after, limit: 1 });
        const last = entries.at(-1)?.seq ?? 0;
        expect(last).toBeGreaterThan(after + 1);
        after = last;
      }
    },
    { interval: 5, timeout: WAIT_LIMIT_MS },
  );
}

const texts = (count: number) => Array.from({ length: count }, (_, index) => `${index} `);

const tokenWith = (metadata: EventMetadata): WorkflowEvent => ({ ...token('x'), metadata });
const tokenOf = (data: { part: string; isComplete: boolean }): WorkflowEvent => ({
  ...token('y'),
  data: { ...data, content: 'y' },
});

async function long(log: EventLog, count = LONG): Promise<Run> {
  const run = await Run.start(log);
  for (let appended = 0; appended < count; appended += 100)
    await run.appendTokens(...texts(Math.min(100, count - appended)));
  return run;
}

export function testMerging(open: OpenStore): void {
  describe('merged history', () => {
    test('F3: a short history is merged when it is read', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.append([running(1), token('a'), token('b')]);
      await run.append([token('c'), running(2), token('d')]);
      const merged = await readAllMerged(store.log, run);
      expect(merged.map(({ seq }) => seq)).toEqual([1, 4, 5, 6]);
      expectMerged(merged, await readAll(store.log, run.workflowId));
      expect(await readAllMerged(store.log, run, { after: 6 })).toEqual([]);
    });

    test('F3: a long history is stored merged while its workflow runs, for every handle', async () => {
      await using store = await open();
      const run = await long(store.log);
      await untilStored(store.log, run, 2_048);
      for (const log of [store.log, await store.another()]) {
        const merged = await readAllMerged(log, run);
        expect(merged.length).toBeLessThan(10);
        expectMerged(merged, await readAll(log, run.workflowId));
      }
    });

    test('F3: the end of a workflow stores the rest of its history merged', async () => {
      await using store = await open();
      const run = await long(store.log);
      await run.end();
      await untilStored(store.log, run, LONG);
      const { entries, record } = await store.log.readMerged(run.workflowId, {
        after: 0,
        limit: 1,
      });
      expect(entries.at(-1)).toMatchObject({ seq: LONG + 1, event: { type: completed().type } });
      expect(record).toMatchObject({ status: 'completed', tail: LONG + 1 });
      expectMerged(entries, await readAll(store.log, run.workflowId));
    });

    test('F3: single tokens that are written at full speed are stored merged by the end', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const appended = texts(LONG).map((text) => run.appendTokens(text));
      await Promise.all([...appended, run.end()]);
      await untilStored(store.log, run, LONG);
      const merged = await readAllMerged(store.log, run);
      expect(merged.length).toBeLessThan(10);
      expectMerged(merged, await readAll(store.log, run.workflowId));
    });

    test('F3: a worker that takes a workflow over continues its merged history', async () => {
      await using store = await open();
      const other = await store.another();
      let run = await Run.start(store.log);
      for (const log of [other, store.log, other]) {
        await run.appendTokens(...texts(900));
        run = await run.overtake(log);
      }
      await run.appendTokens(...texts(900));
      await run.end();
      await untilStored(store.log, run, 3_072);
      const merged = await readAllMerged(store.log, run);
      expect(merged.length).toBeLessThan(10);
      expectMerged(merged, await readAll(store.log, run.workflowId));
    });

    test('E13: it can be read from any entry, and no further than requested', async () => {
      await using store = await open();
      const run = await long(store.log);
      await untilStored(store.log, run, 2_048);
      const entries = await readAll(store.log, run.workflowId);
      expect(entries).toHaveLength(LONG);
      for (const after of [1, 500, 1_023, 1_024, 1_025, 2_047, 2_048, 2_599]) {
        expectMerged(await readAllMerged(store.log, run, { after }), entries, after);
        for (const upTo of [after + 1, 1_024, 1_500, 2_048].filter((seq) => seq > after)) {
          const some = await readAllMerged(store.log, run, { after, upTo });
          expectMerged(some, entries.slice(0, upTo), after);
        }
      }
    });

    test('F3: a page of stored history is limited in bytes, and pages add up to the whole', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      for (let n = 0; n < 60; n += 1)
        await run.appendTokens(...texts(50).map((text) => text.repeat(40)));
      await run.end();
      await untilStored(store.log, run, 2_900);
      const entries = await readAll(store.log, run.workflowId);
      for (const maxBytes of [1, 70_000, 10_000_000]) {
        const page = await store.log.readMerged(run.workflowId, { after: 0, limit: 1, maxBytes });
        const last = page.entries.at(-1)?.seq ?? 0;
        expect(last).toBeGreaterThan(1);
        expect(last > 1_500).toBe(maxBytes > 100_000);
        expectMerged(await readAllMerged(store.log, run, { maxBytes }), entries);
      }
    });

    test('F3: entries that do not merge are read from the log itself, between the merged ones', async () => {
      await using store = await open();
      const run = await long(store.log, 1_024);
      await run.append(Array.from({ length: 1_024 }, (_, index) => running(index + 1)));
      await run.appendTokens(...texts(1_100));
      await run.end();
      // With a limit of one, far fewer entries than all are read once segments are stored.
      await vi.waitFor(
        async () =>
          expect((await readAllMerged(store.log, run, { limit: 1 })).length).toBeLessThan(1_700),
        { interval: 20, timeout: WAIT_LIMIT_MS },
      );
      const mixed = await readAllMerged(store.log, run, { limit: 100 });
      expectMerged(mixed, await readAll(store.log, run.workflowId));
    });

    test('A13: it is removed with its workflow', async () => {
      await using store = await open();
      const { log } = store;
      const run = await long(log);
      await run.end();
      await untilStored(log, run, LONG);
      expect(await log.expire({ endedBefore: IN_A_YEAR, limit: 10 })).toEqual([run.workflowId]);
      const read = () => log.readMerged(run.workflowId, { after: 0, limit: 10 });
      await expect(read()).rejects.toMatchObject({ code: 'unknown_workflow' });
      const again = await Run.start(log, { workflowId: run.workflowId });
      expect((await read()).entries).toEqual([]);
      await again.appendTokens('new');
      expectMerged((await read()).entries, await readAll(log, run.workflowId));
    });

    test('F2: under another incarnation it is built again', async () => {
      await using store = await open();
      const run = await long(store.log);
      await untilStored(store.log, run, 2_048);
      const renamed = 'anew1234';
      await store.log.renew(run.workflowId, {
        attempt: 1,
        leaseMs: 60_000,
        newIncarnation: renamed,
      });
      const entries = await readAll(store.log, run.workflowId);
      const check = async () => {
        const merged = await readAllMerged(store.log, run);
        expect(merged.every(({ id }) => id.startsWith(`${renamed}-`))).toBe(true);
        expectMerged(merged, await readAll(store.log, run.workflowId));
      };
      await check();
      expect(entries.every(({ id }) => id.startsWith(`${renamed}-`))).toBe(true);
      await run.appendTokens(...texts(1_100));
      await untilStored(store.log, run, 3_072);
      await check();
    });

    test('F3: whatever is appended, the merged history contains all of it once', async () => {
      const event: fc.Arbitrary<WorkflowEvent> = fc.oneof(
        { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }).map(token) },
        { weight: 1, arbitrary: fc.constant(running(1)) },
        {
          weight: 1,
          arbitrary: fc
            .record<EventMetadata>(
              { attempt: fc.constantFrom(1, 2), spent: fc.constant({ usage: null, cost: 1 }) },
              { requiredKeys: [] },
            )
            .map(tokenWith),
        },
        {
          weight: 1,
          arbitrary: fc
            .record({ part: fc.constantFrom('text', 'notes'), isComplete: fc.boolean() })
            .map(tokenOf),
        },
      );
      const runs = fc.array(fc.tuple(event, fc.integer({ min: 1, max: 700 })), { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(runs, fc.nat(), fc.boolean(), async (appends, from, ends) => {
          await using store = await open();
          const run = await Run.start(store.log);
          for (const [one, times] of appends) {
            await run.append(Array.from({ length: times }, () => one));
            await readAllMerged(store.log, run);
          }
          if (ends) await run.end();
          const entries = await readAll(store.log, run.workflowId);
          expect(entries).toHaveLength(run.tail);
          const after = from % (run.tail + 1);
          for (let reads = 0; reads < 3; reads += 1) {
            expectMerged(await readAllMerged(store.log, run, { after }), entries, after);
          }
        }),
        { numRuns: 8 },
      );
    });

    test.for([
      { after: -1, limit: 1 },
      { after: 0, limit: 0 },
      { after: 0, limit: 1, maxBytes: 0 },
      { after: 3, limit: 1, upTo: 3 },
      { after: 3, limit: 1, upTo: 4.5 },
    ])('an invalid range is refused: %o', async (range) => {
      await using store = await open();
      const run = await Run.start(store.log);
      await expect(store.log.readMerged(run.workflowId, range)).rejects.toMatchObject({
        code: 'invalid_query',
      });
    });
  });
}
