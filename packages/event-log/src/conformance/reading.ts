import { describe, expect, test } from 'vitest';
import { readAll, Run } from './harness.ts';
import { contentOf } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

export function testReading(open: OpenStore): void {
  describe('reading', () => {
    test('E13: reads from any entry to the end', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('1', '2', '3');
      await run.appendTokens('4', '5');
      const read = async (after: number, limit: number) => {
        const { entries } = await store.log.read(run.workflowId, { after, limit });
        return entries.map(({ event }) => contentOf(event));
      };
      expect(await read(0, 10)).toEqual(['1', '2', '3', '4', '5']);
      expect(await read(0, 2)).toEqual(['1', '2']);
      expect(await read(2, 2)).toEqual(['3', '4']);
      expect(await read(4, 2)).toEqual(['5']);
      expect(await read(5, 2)).toEqual([]);
    });

    test('pages of any size add up to the whole log', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens(...Array.from({ length: 23 }, (_, index) => `${index}`));
      const whole = await readAll(store.log, run.workflowId);
      for (const limit of [1, 2, 7, 22, 23, 24]) {
        expect(await readAll(store.log, run.workflowId, { limit })).toEqual(whole);
      }
    });

    test('F3: a page of large entries is limited in bytes, but contains at least one entry', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const heavy = 'x'.repeat(100_000);
      await run.appendTokens('light', 'light', ...Array.from({ length: 40 }, () => heavy), 'light');
      const read = async (after: number, maxBytes: number) => {
        const range = { after, limit: 1000, maxBytes };
        return (await store.log.read(run.workflowId, range)).entries.map(({ seq }) => seq);
      };
      expect(await read(0, 1)).toEqual([1]);
      expect(await read(0, 250_000)).toEqual([1, 2, 3, 4, 5]);
      expect(await read(2, 100_000)).toEqual([3]);
      expect(await read(2, 1)).toEqual([3]);
      expect(await read(40, 1_000_000)).toEqual([41, 42, 43]);
      expect(await read(43, 1)).toEqual([]);
    });

    test('pages with any byte limit add up to the whole log', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens(
        ...Array.from({ length: 60 }, (_, index) => 'x'.repeat((index * 37) % 900)),
      );
      const whole = await readAll(store.log, run.workflowId);
      for (const maxBytes of [1, 700, 5000, 1_000_000]) {
        for (const limit of [1, 7, 1000]) {
          expect(await readAll(store.log, run.workflowId, { limit, maxBytes })).toEqual(whole);
        }
      }
    });

    test('F2: past the end there are no entries, and the record contains the tail', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a', 'b');
      const page = await store.log.read(run.workflowId, { after: 99, limit: 10 });
      expect(page).toMatchObject({
        entries: [],
        record: { first: 1, tail: 2, incarnation: run.incarnation },
      });
    });

    test('the record and the entries are read at the same moment', async () => {
      await using store = await open();
      const other = await store.another();
      const run = await Run.start(store.log);
      const writing = Promise.all(
        Array.from({ length: 40 }, (_, index) => run.appendTokens(`${index}`)),
      );
      for (let reads = 0; reads < 40; reads += 1) {
        const { entries, record } = await other.read(run.workflowId, { after: 0, limit: 1000 });
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
        expect(record.tail).toBe(entries.length);
      }
      await writing;
    });

    test.for([
      { after: -1, limit: 1 },
      { after: 0.5, limit: 1 },
      { after: Number.NaN, limit: 1 },
      { after: 0, limit: 0 },
      { after: 0, limit: -1 },
      { after: 0, limit: 1.5 },
      { after: 0, limit: Number.POSITIVE_INFINITY },
      { after: 0, limit: 1, maxBytes: 0 },
      { after: 0, limit: 1, maxBytes: 0.5 },
    ])('an invalid range is refused: %o', async (range) => {
      await using store = await open();
      const run = await Run.start(store.log);
      await expect(store.log.read(run.workflowId, range)).rejects.toMatchObject({
        code: 'invalid_query',
      });
    });
  });
}
