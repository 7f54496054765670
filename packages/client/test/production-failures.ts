import type { StreamEntry } from '@runtape/events';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { describe, expect, test, vi } from 'vitest';
import { type ConnectionState, createRuntapeClient } from '../src/index.ts';
import { memoryInUse } from './memory-in-use.ts';
import { collect, eventually, seqsOf, startServer } from '@runtape/loopback';
import { runBeforeEachResult, dropLiveEvents } from './faulty-log.ts';
import { readPlain, readPlainToCompletion } from './plain-reader.ts';
import { connectStalledClient } from './stalled-client.ts';
import type { TestStore } from './stores.ts';

const retry = { attempts: 5000, baseMs: 5, maxMs: 20 };
/** Longer than any test: the check of quiet logs never runs. */
const NEVER_MS = 3_600_000;
const MEGABYTE = 1024 * 1024;
/**
 * One page of history, as objects and as bytes, and the buffers of a socket. Far below the 40 MB
 * that are appended.
 */
const MAX_PER_CLIENT = 4 * MEGABYTE;

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

/** The text of all tokens, joined without a fold that could hide a repetition. */
function tokenText(entries: readonly StreamEntry[]): string {
  return entries
    .map(({ message }) => (message.type === 'token' ? message.data.content : ''))
    .join('');
}

/** Declares the tests of failures known from production, over HTTP, on the given store. */
export function testProductionFailures(name: string, openStore: () => Promise<TestStore>): void {
  describe(`seen in production, ${name}`, () => {
    test('A3: a live event lost while history replays', async () => {
      await using store = await openStore();
      const writing = await store.open();
      const log = await store.open();
      await using server = await startServer({ log, quietCheckMs: NEVER_MS });
      const testLog = await TestLog.create(writing);
      await testLog.append(...range(1, 300).map((n) => makeToken(`${n} `)));
      // The next event is appended before each result of the log arrives.
      let appended = 0;
      const meanwhile = async (): Promise<void> => {
        if (appended < 10) await testLog.append(makeToken(`meanwhile ${(appended += 1)} `));
      };
      runBeforeEachResult(log, meanwhile);
      const client = createRuntapeClient({ url: server.url, retry });
      const seen = collect(client.follow(testLog.workflowId));
      await eventually(() => expect(seqsOf(seen.entries).at(-1)).toBeGreaterThanOrEqual(300));
      await eventually(() => expect(seqsOf(seen.entries).at(-1)).toBe(testLog.tail));
      expect(appended).toBeGreaterThan(2);
      const last = range(1, appended).map((n) => `meanwhile ${n} `);
      await testLog.complete();
      await seen.done;
      expect(tokenText(seen.entries)).toBe(`${range(1, 300).join(' ')} ${last.join('')}`);
    });

    test('A3: a live event lost while history replays, together with its notification', async () => {
      await using store = await openStore();
      const writing = await store.open();
      const log = await store.open();
      dropLiveEvents(log, (type) => type === 'token');
      await using server = await startServer({ log, quietCheckMs: NEVER_MS });
      const testLog = await TestLog.create(writing);
      await testLog.status('one');
      const client = createRuntapeClient({ url: server.url, retry });
      const seen = collect(client.follow(testLog.workflowId));
      await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
      for (const n of range(1, 5)) await testLog.append(makeToken(`${n} `));
      await testLog.status('two');
      await eventually(() => expect(seqsOf(seen.entries).at(-1)).toBe(7));
      expect(tokenText(seen.entries)).toBe('1 2 3 4 5 ');
      await testLog.complete();
      await seen.done;
    });

    test('F6: a lost "done" message, and pages that stream forever', async () => {
      await using store = await openStore();
      const writing = await store.open();
      const log = await store.open();
      dropLiveEvents(log, (type) => type === 'workflow:completed');
      await using server = await startServer({ log, quietCheckMs: 200 });
      const testLog = await TestLog.create(writing);
      await testLog.status('one');
      const client = createRuntapeClient({ url: server.url, retry });
      const { workflowId } = testLog;
      const seen = collect(client.follow(workflowId));
      const plain: StreamEntry[] = [];
      const plainDone = readPlain({ ...server, workflowId, onEntry: (entry) => plain.push(entry) });
      await eventually(() => expect([seen.entries.length, plain.length]).toEqual([1, 1]));
      await testLog.complete();
      // No later event reveals the loss, yet every stream ends.
      await Promise.all([seen.done, plainDone]);
      for (const entries of [seen.entries, plain]) {
        expect(entries.map(({ message }) => message.type)).toEqual([
          'status',
          'workflow:completed',
        ]);
      }
      expect(server.fanOut.tailCount).toBe(0);
    });

    test('A10: a queue that grows for a stalled client', async () => {
      await using store = await openStore();
      const writing = await store.open();
      await using server = await startServer({ log: await store.open() });
      const testLog = await TestLog.create(writing);
      const { workflowId } = testLog;
      await testLog.status('one');
      const input = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
      const paths = [
        `/api/workflows/${workflowId}/events`,
        `/trpc/onWorkflowEvents?input=${input}`,
      ];
      const stalled = await Promise.all(
        range(1, 10).flatMap(() => paths.map((path) => connectStalledClient(server.port, path))),
      );
      await eventually(() => expect(server.fanOut.readerCount(workflowId)).toBe(20));
      const client = createRuntapeClient({ url: server.url, retry });
      let reached = 0;
      const fast = (async () => {
        for await (const { id } of client.follow(workflowId)) reached = Number(id.split('-')[1]);
      })();
      await eventually(() => expect(reached).toBe(1));
      const before = memoryInUse();
      const tools = range(1, 10).map((call) =>
        makeEvent('tool:returned', {
          callId: `c${call}`,
          name: 'read_file',
          ok: true,
          summary: 'a file',
          output: 'x'.repeat(100_000),
          truncated: false,
          durationMs: 1,
        }),
      );
      const grown: number[] = [];
      // Twice 20 MB, read by one client while twenty others are stalled.
      for (const half of range(0, 1)) {
        for (const n of range(half * 20 + 1, half * 20 + 20)) {
          await testLog.append(...tools);
          await eventually(() => expect(reached).toBe(1 + n * 10));
        }
        grown.push(memoryInUse() - before);
      }
      expect(server.fanOut.readerCount(workflowId)).toBe(21);
      const [first = 0, second = 0] = grown;
      expect(second).toBeLessThan(stalled.length * MAX_PER_CLIENT);
      expect(second - first).toBeLessThan(5 * MEGABYTE);
      await testLog.complete();
      await fast;
      for (const socket of stalled) socket.destroy();
      await eventually(() =>
        expect([server.fanOut.tailCount, server.answering.size]).toEqual([0, 0]),
      );
    });

    test('B4: a deploy after which all clients reconnect at the same time and load gigabytes of replay', async () => {
      await using store = await openStore();
      const writing = await store.open();
      const first = await startServer({ log: await store.open() });
      const testLog = await TestLog.create(writing);
      const clients = 40;
      const word = 'x'.repeat(1000);
      for (const _ of range(1, 20))
        await testLog.append(...range(1, 50).map(() => makeToken(word)));
      const waits: number[] = [];
      const onConnection = (state: ConnectionState): void => {
        if (state.state === 'reconnecting' && state.attempt === 1) waits.push(state.inMs);
      };
      const spread = { attempts: 5000, baseMs: 1000, maxMs: 2000 };
      const seen = range(1, clients).map((n) => {
        const random = (): number => (n - 1) / clients;
        const client = createRuntapeClient({ url: first.url, retry: spread, random });
        return collect(client.follow(testLog.workflowId, { onConnection }));
      });
      await eventually(() => {
        for (const { entries } of seen) expect(seqsOf(entries).at(-1)).toBe(1000);
      });
      const before = first.sent();
      expect(before).toBeGreaterThan(clients * MEGABYTE * 0.9);

      first.api.drain();
      await first.kill();
      const log = await store.open();
      const reads = vi.spyOn(log, 'read');
      const merged = vi.spyOn(log, 'readMerged');
      await using second = await startServer({ log, port: first.port });
      await testLog.status('deployed');
      await eventually(() => {
        for (const { entries } of seen) expect(seqsOf(entries).at(-1)).toBe(1001);
      });
      await testLog.complete();
      await Promise.all(seen.map(({ done }) => done));

      // They reconnected with their cursors and received only the new events: less than a hundredth
      // of what they had loaded.
      expect(second.sent()).toBeLessThan(before / 100);
      expect(second.requests.length).toBeGreaterThanOrEqual(clients);
      for (const [, { after }] of [...reads.mock.calls, ...merged.mock.calls]) {
        expect(after).toBeGreaterThanOrEqual(1000);
      }
      for (const { entries } of seen) {
        expect(tokenText(entries)).toBe(word.repeat(1000));
        expect(entries.filter(({ message }) => message.type === 'status')).toHaveLength(1);
      }
      // Their reconnects are spread over the second.
      expect(new Set(waits).size).toBe(clients);
      expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(900);
    });

    test('B4: a resumed stream that repeats the text', async () => {
      await using store = await openStore();
      const writing = await store.open();
      await using server = await startServer({ log: await store.open() });
      const testLog = await TestLog.create(writing);
      const client = createRuntapeClient({ url: server.url, retry });
      const seen = collect(client.follow(testLog.workflowId));
      const plain: StreamEntry[] = [];
      const plainDone = readPlainToCompletion(server.url, testLog.workflowId, plain);
      // The same text each time: only the event number tells one from another.
      for (const n of range(1, 60)) {
        await testLog.append(makeToken('again '));
        // Every sixth time wait until everything has arrived, so that some cuts are between events.
        await eventually(() => expect(n % 6 === 0 ? seqsOf(plain).at(-1) : n).toBe(n));
        if (n % 3 === 0) server.cut();
      }
      await testLog.complete();
      await Promise.all([seen.done, plainDone]);
      expect(tokenText(seen.entries)).toBe('again '.repeat(60));
      expect(tokenText(plain)).toBe('again '.repeat(60));
      expect(server.requests.length).toBeGreaterThan(10);
    });

    test('F3: a resume that begins in the middle of a part', async () => {
      await using store = await openStore();
      const writing = await store.open();
      const testLog = await TestLog.create(writing);
      const { workflowId } = testLog;
      const part = (of: string, ...words: readonly string[]) =>
        words.map((content, index) =>
          makeToken(content, { part: of, isComplete: index === words.length - 1 }),
        );
      await testLog.append(...part('notes', 'One ', 'two ', 'three.'));
      await testLog.append(makeEvent('status', { stage: 's', message: 'between' }));
      await testLog.append(...part('draft', 'Dear ', 'reader, ', 'here ', 'it ', 'is.'));
      await testLog.append(...part('draft-2', 'Dear ', 'reader: ', 'better.'));
      await testLog.complete();
      const fold = (entries: readonly StreamEntry[]) =>
        entries.reduce(applyStreamEntry, initialState(workflowId));
      await using server = await startServer({ log: await store.open() });
      const client = createRuntapeClient({ url: server.url, retry });
      const all = await writing.read(workflowId, { after: 0, limit: 100 });
      const whole = all.entries.map(({ id, event }) => ({ id, message: event }));
      const { parts } = fold(whole);
      expect(parts.map(({ text }) => text)).toEqual([
        'One two three.',
        'Dear reader, here it is.',
        'Dear reader: better.',
      ]);
      for (const cursor of range(1, testLog.tail - 1)) {
        const after = testLog.idOf(cursor);
        const rest = collect(client.follow(workflowId, { after }));
        await rest.done;
        const plain = await readPlain({ ...server, workflowId, after });
        for (const entries of [rest.entries, plain]) {
          // Events before the cursor and events after it make up the whole, even if the cursor is
          // within a part.
          expect(fold([...whole.slice(0, cursor), ...entries]).parts).toEqual(parts);
          expect(tokenText(entries)).toBe(tokenText(whole.slice(cursor)));
          expect(entries.at(-1)).toEqual(whole.at(-1));
        }
      }
      // Without a cursor each part is read from its beginning.
      for (const query of ['', '?replay=snapshot']) {
        expect(fold(await readPlain({ ...server, workflowId, query })).parts).toEqual(parts);
      }
    });
  });
}
