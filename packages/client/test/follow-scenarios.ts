import { hasEnded } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { collect, eventually, seqsOf, startServer, textOf } from '@runtape/loopback';
import { type ConnectionState, createRuntapeClient } from '../src/index.ts';
import type { TestStore } from './stores.ts';
import { TestLog } from '@runtape/testing';

const retry = { attempts: 5000, baseMs: 5, maxMs: 20 };
const words = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${from + index} `);

const note = (message: string) => makeEvent('log:created', { level: 'info', message });

/** Declares the tests of following that every store must pass. */
export function testFollowing(name: string, openStore: () => Promise<TestStore>): void {
  describe(`following a workflow, ${name}`, () => {
    test('A3: a client that connects late sees every event once, in order', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(log);
      await testLog.status('one');
      await testLog.status('two');
      const client = createRuntapeClient({ url: server.url, retry });
      const seen = collect(client.follow(testLog.workflowId));
      await eventually(() => expect(seqsOf(seen.entries)).toEqual([1, 2]));
      await testLog.status('three');
      await testLog.complete();
      await seen.done;
      expect(seqsOf(seen.entries)).toEqual([1, 2, 3, 4]);
      expect(server.fanOut.tailCount).toBe(0);
      await eventually(() => expect(server.answering.size).toBe(0));
    });

    test('E3: a late client ends up with the same text as an early one, byte for byte', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(log);
      const client = createRuntapeClient({ url: server.url, retry });
      const early = collect(client.follow(testLog.workflowId));
      const pieces = ['Ünï', 'côdé 😀', '👨‍👩‍👧', ' 漢字 ', 'שלום', '\r\n\u2028\u0000', ' end.'];
      for (const piece of pieces) await testLog.append(makeToken(piece));
      await eventually(() => expect(textOf(early.entries)).toBe(pieces.join('')));
      const middle = collect(client.follow(testLog.workflowId));
      await testLog.append(makeToken('More.', { isComplete: true }));
      await testLog.complete();
      const late = collect(client.follow(testLog.workflowId));
      await Promise.all([early.done, middle.done, late.done]);
      const text = `${pieces.join('')}More.`;
      expect([early, middle, late].map(({ entries }) => textOf(entries))).toEqual([
        text,
        text,
        text,
      ]);
      expect(late.entries.length).toBeLessThan(early.entries.length);
    });

    test('B4 E13: resumes from its cursor after the server was killed and restarted', async () => {
      await using store = await openStore();
      const log = await store.open();
      const first = await startServer({ log });
      const testLog = await TestLog.create(log);
      await testLog.status('one');
      const states: ConnectionState[] = [];
      const client = createRuntapeClient({ url: first.url, retry });
      const seen = collect(
        client.follow(testLog.workflowId, { onConnection: (state) => states.push(state) }),
      );
      await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
      await first.kill();
      await testLog.status('two, while nobody serves');
      await eventually(() =>
        expect(states.filter(({ state }) => state === 'reconnecting').length).toBeGreaterThan(1),
      );
      await using second = await startServer({ log: await store.open(), port: first.port });
      await eventually(() => expect(seqsOf(seen.entries)).toEqual([1, 2]));
      await testLog.complete();
      await seen.done;
      expect(seqsOf(seen.entries)).toEqual([1, 2, 3]);
      expect(states.at(-1)).toEqual({ state: 'ended' });
      expect(second.fanOut.tailCount).toBe(0);
    });

    test('B4: a draining server hands its clients over without a loss', async () => {
      await using store = await openStore();
      const log = await store.open();
      const first = await startServer({ log });
      const testLog = await TestLog.create(log);
      await testLog.status('one');
      const client = createRuntapeClient({ url: first.url, retry });
      const seen = collect(client.follow(testLog.workflowId));
      await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
      first.api.drain();
      await testLog.status('two');
      await first.kill();
      await using second = await startServer({ log, port: first.port });
      await testLog.complete();
      await seen.done;
      expect(seqsOf(seen.entries)).toEqual([1, 2, 3]);
      expect(second.requests).toEqual(['/trpc/onWorkflowEvents']);
    });

    test('C1 E3: two servers on one store send their clients the same events', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using one = await startServer({ log });
      await using two = await startServer({ log: await store.open() });
      const testLog = await TestLog.create(log);
      const seen = [one, two].map(({ url }) =>
        collect(createRuntapeClient({ url, retry }).follow(testLog.workflowId)),
      );
      for (let step = 1; step <= 20; step += 1) await testLog.status(`step ${step}`);
      await testLog.complete();
      await Promise.all(seen.map(({ done }) => done));
      const [first, second] = seen;
      expect(seqsOf(first?.entries ?? [])).toEqual(
        Array.from({ length: 21 }, (_, index) => index + 1),
      );
      expect(second?.entries).toEqual(first?.entries);
    });

    test('A10: a slow reader loses nothing, and delays no other reader', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(log);
      const client = createRuntapeClient({ url: server.url, retry });
      const mayGoOn = Promise.withResolvers<void>();
      const slow = collect(client.follow(testLog.workflowId), () => mayGoOn.promise);
      const fast = collect(client.follow(testLog.workflowId));
      await testLog.status('start');
      await eventually(() => expect([slow, fast].map((c) => c.entries.length)).toEqual([1, 1]));
      // More than the client's buffer holds: it disconnects, and reconnects for the rest.
      const pieces = words(1, 1500);
      for (let from = 0; from < pieces.length; from += 50) {
        const some = pieces.slice(from, from + 50);
        await testLog.append(...some.flatMap((piece) => [makeToken(piece), note(piece)]));
      }
      await testLog.complete();
      await fast.done;
      expect(slow.entries.length).toBe(1);
      await eventually(() => expect(server.answering.size).toBe(0));
      mayGoOn.resolve();
      await slow.done;
      expect([textOf(slow.entries), textOf(fast.entries)]).toEqual([
        pieces.join(''),
        pieces.join(''),
      ]);
      expect(seqsOf(slow.entries)).toEqual(seqsOf(fast.entries));
      expect(server.requests.length).toBeGreaterThan(2);
      expect(server.fanOut.tailCount).toBe(0);
    });

    test('A13: a client that leaves in the middle leaves nothing behind', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(log);
      await testLog.status('one');
      const client = createRuntapeClient({ url: server.url, retry });
      const leaving = new AbortController();
      const aborted = collect(client.follow(testLog.workflowId, { signal: leaving.signal }));
      const closed = collect(client.follow(testLog.workflowId));
      await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(2));
      for await (const entry of client.follow(testLog.workflowId)) {
        expect(entry.message.type).toBe('status');
        break;
      }
      leaving.abort();
      await expect(aborted.done).rejects.toMatchObject({ name: 'AbortError' });
      await client.close();
      await expect(closed.done).rejects.toMatchObject({ name: 'AbortError' });
      await eventually(() =>
        expect([server.fanOut.tailCount, server.answering.size]).toEqual([0, 0]),
      );
      expect(server.errors).toEqual([]);
      const { status } = (await client.getWorkflow(testLog.workflowId)).snapshot;
      expect(hasEnded(status)).toBe(false);
    });

    test('A13: a client that leaves before the connection is made is not connected', async () => {
      await using store = await openStore();
      await using server = await startServer({ log: await store.open() });
      const client = createRuntapeClient({ url: server.url, retry });
      const left = AbortSignal.abort();
      const seen = collect(client.follow('wf_zzzzzzzzzzzzzzzz', { signal: left }));
      await expect(seen.done).rejects.toMatchObject({ name: 'AbortError' });
      expect(server.requests).toEqual([]);
    });

    test('A11 D8: an unknown workflow is refused, once', async () => {
      await using store = await openStore();
      await using server = await startServer({ log: await store.open() });
      const client = createRuntapeClient({ url: server.url, retry });
      for (const id of ['wf_zzzzzzzzzzzzzzzz', 'nonsense']) {
        const seen = collect(client.follow(id));
        await expect(seen.done).rejects.toMatchObject({
          name: 'RuntapeClientError',
          kind: 'refused',
          code: 'unknown_workflow',
        });
      }
      expect(server.requests).toEqual(['/trpc/onWorkflowEvents', '/trpc/onWorkflowEvents']);
    });

    test('F2: a cursor of another log gets a reset with a snapshot, and then the new events', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(log);
      await testLog.append(makeToken('so far'));
      const other = await TestLog.create(log);
      const client = createRuntapeClient({ url: server.url, retry });
      const seen = collect(client.follow(testLog.workflowId, { after: other.idOf(7) }));
      await eventually(() => expect(seen.entries.length).toBe(1));
      await testLog.append(makeToken(', and more'));
      await testLog.complete();
      await seen.done;
      expect(seen.entries.map(({ message }) => message.type)).toEqual([
        'reset',
        'token',
        'workflow:completed',
      ]);
      expect(textOf(seen.entries)).toBe('so far, and more');
    });

    test('B5: a failure arrives as the last event, after all earlier ones', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.create(log);
      const error = { code: 'rate_limited', message: 'The model is busy. Try again in a minute.' };
      await testLog.append(
        makeToken('so far'),
        makeEvent('workflow:failed', { durationMs: 1, error }),
      );
      const client = createRuntapeClient({ url: server.url, retry });
      const seen = collect(client.follow(testLog.workflowId));
      await seen.done;
      expect(seen.entries.map(({ message }) => message)).toMatchObject([
        { type: 'token', data: { content: 'so far' } },
        { type: 'workflow:failed', data: { error } },
      ]);
    });

    test('after the terminal event nothing arrives, and the stream ends immediately', async () => {
      await using store = await openStore();
      const log = await store.open();
      await using server = await startServer({ log });
      const testLog = await TestLog.ended(log, 'x');
      const client = createRuntapeClient({ url: server.url, retry });
      const seen = collect(
        client.follow(testLog.workflowId, { after: testLog.idOf(testLog.tail) }),
      );
      await seen.done;
      expect(seen.entries).toEqual([]);
    });
  });
}
