import type { EventLog, Page } from '@runtape/event-log';
import type { StreamEntry } from '@runtape/events';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test, vi } from 'vitest';
import { createRuntapeClient } from '../src/index.ts';
import { startServer, textOf } from '@runtape/loopback';
import { readPlain } from './plain-reader.ts';
import type { TestStore } from './stores.ts';

const MEGABYTE = 1024 * 1024;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Records the size of each page that is read from the log from now on, in bytes. */
function recordPageSizes(log: EventLog): { readonly bytes: readonly number[] } {
  const bytes: number[] = [];
  const record = (page: Page): Page => {
    bytes.push(Buffer.byteLength(JSON.stringify(page.entries)));
    return page;
  };
  const read = log.read.bind(log);
  const readMerged = log.readMerged.bind(log);
  vi.spyOn(log, 'read').mockImplementation(async (id, asked) => record(await read(id, asked)));
  vi.spyOn(log, 'readMerged').mockImplementation(async (id, asked) =>
    record(await readMerged(id, asked)),
  );
  return { bytes };
}

/** Declares a suite. */
export function testLargeWorkflows(name: string, openStore: () => Promise<TestStore>): void {
  describe(`large workflows, ${name}`, () => {
    test('F3: 100,000 tokens replay in pages, as events and as a snapshot', async () => {
      await using store = await openStore();
      const writing = await store.open();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(writing);
      const { workflowId } = testLog;
      const words = range(100_000).map((n) => `w${n} `);
      for (let from = 0; from < words.length; from += 5_000) {
        await testLog.append(...words.slice(from, from + 5_000).map((word) => makeToken(word)));
      }
      await testLog.complete();
      const pages = recordPageSizes(log);
      const text = words.join('');
      const events = await readPlain({ ...server, workflowId });
      expect(textOf(events)).toBe(text);
      expect(events.length).toBeLessThan(1_000);
      const snapshot = await readPlain({ ...server, workflowId, query: '?replay=snapshot' });
      expect(snapshot).toHaveLength(1);
      expect(textOf(snapshot)).toBe(text);
      const followed: StreamEntry[] = [];
      const client = createRuntapeClient({ url: server.url });
      for await (const entry of client.follow(workflowId)) followed.push(entry);
      expect(textOf(followed)).toBe(text);
      expect(pages.bytes.length).toBeGreaterThan(20);
      expect(Math.max(...pages.bytes)).toBeLessThan(2 * MEGABYTE);
    });

    test('F3: 50 MB of tool output replay in pages, as events and as a snapshot', async () => {
      await using store = await openStore();
      const writing = await store.open();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(writing);
      const { workflowId } = testLog;
      const tools = range(500).map((n) =>
        makeEvent('tool:returned', {
          callId: `c${n}`,
          name: 'read_file',
          ok: true,
          summary: 'a file',
          output: `${n}`.padEnd(100_000, 'x'),
          truncated: false,
          durationMs: 1,
        }),
      );
      for (let from = 0; from < tools.length; from += 10) {
        await testLog.append(...tools.slice(from, from + 10));
      }
      await testLog.complete();
      const pages = recordPageSizes(log);
      let seen = 0;
      const onEntry = ({ message }: StreamEntry): void => {
        if (message.type !== 'tool:returned') return;
        seen += 1;
        expect(message).toEqual(tools[seen - 1]);
      };
      await readPlain({ ...server, workflowId, onEntry });
      expect(seen).toBe(500);
      const [snapshot] = await readPlain({ ...server, workflowId, query: '?replay=snapshot' });
      expect(JSON.stringify(snapshot).length).toBeLessThan(4 * MEGABYTE);
      expect(pages.bytes.length).toBeGreaterThan(50);
      expect(Math.max(...pages.bytes)).toBeLessThan(2 * MEGABYTE);
    });
  });
}
