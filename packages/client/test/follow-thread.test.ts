import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { type ConnectionState } from '../src/index.ts';
import { createGithubClient } from '@runtape/github-workflows/client';
import {
  collectThread,
  eventually,
  type ProxyMode,
  startProxy,
  startServer,
} from '@runtape/loopback';

const retry = { attempts: 1000, baseMs: 5, maxMs: 20 };
const THREAD = 'thread-1';

describe('C4: followThread', () => {
  test('receives the events of all workflows of a thread, including those that join later', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    const first = await TestLog.create(log, { threadId: THREAD });
    const other = await TestLog.create(log);
    await first.status('one');
    await other.status('not of it');
    const client = createGithubClient({ url: server.url, retry });
    const states: ConnectionState[] = [];
    const seen = collectThread(
      client.followThread(THREAD, { onConnection: (state) => states.push(state) }),
    );
    await eventually(() => expect(seen.idsOf(first.workflowId)).toEqual([first.idOf(1)]));
    const second = await TestLog.create(log, { threadId: THREAD });
    await second.status('one');
    await first.complete();
    await second.append(makeToken('text'));
    await second.complete();
    await eventually(() => expect(seen.entries.length).toBe(5));
    expect(seen.idsOf(first.workflowId)).toEqual([1, 2].map((seq) => first.idOf(seq)));
    expect(seen.idsOf(second.workflowId)).toEqual([1, 2, 3].map((seq) => second.idOf(seq)));
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'live']);
    await Promise.all([
      client.close(),
      expect(seen.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    await eventually(() =>
      expect([server.answering.size, server.fanOut.tailCount]).toEqual([0, 0]),
    );
  });

  test('B4: continues after its cursor when the server was unavailable, and when it is followed again', async () => {
    const log = createMemoryEventLog({});
    const server = await startServer({ log });
    const testLogs = [0, 1, 2].map(() => TestLog.create(log, { threadId: THREAD }));
    const [one, two, three] = await Promise.all(testLogs);
    if (one === undefined || two === undefined || three === undefined) throw new Error('None.');
    for (const testLog of [one, two]) await testLog.status('before');
    const client = createGithubClient({ url: server.url, retry });
    const leaving = new AbortController();
    const seen = collectThread(client.followThread(THREAD, { signal: leaving.signal }));
    await eventually(() => expect(seen.entries.length).toBe(2));
    await server.kill();
    for (const testLog of [one, two, three]) await testLog.status('meanwhile');
    await using again = await startServer({ log, port: server.port });
    await eventually(() => expect(seen.entries.length).toBe(5));
    leaving.abort();
    await expect(seen.done).rejects.toMatchObject({ name: 'AbortError' });
    for (const testLog of [one, two, three]) await testLog.complete();
    const after = seen.entries.at(-1)?.cursor;
    const rest = collectThread(client.followThread(THREAD, { after }));
    await eventually(() => expect(rest.entries.length).toBe(3));
    for (const testLog of [one, two, three]) {
      const ids = [...seen.idsOf(testLog.workflowId), ...rest.idsOf(testLog.workflowId)];
      expect(ids).toEqual(
        Array.from({ length: testLog.tail }, (_, index) => testLog.idOf(index + 1)),
      );
    }
    await Promise.all([
      client.close(),
      expect(rest.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    await eventually(() => expect(again.answering.size).toBe(0));
  });

  test('a cursor of another thread is refused', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    const testLog = await TestLog.create(log, { threadId: THREAD });
    await testLog.status('one');
    const client = createGithubClient({ url: server.url, retry });
    const seen = collectThread(client.followThread(THREAD));
    await eventually(() => expect(seen.entries.length).toBe(1));
    const after = seen.entries[0]?.cursor;
    const misled = collectThread(client.followThread('thread-2', { after }));
    await expect(misled.done).rejects.toMatchObject({ kind: 'refused', code: 'malformed_cursor' });
    await Promise.all([
      client.close(),
      expect(seen.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
  });

  test.each<ProxyMode>(['503', 'html', 'buffer', 'reset'])(
    'E7: after five failures it polls, keeps every event, and streams again when that works (%s)',
    async (manner) => {
      const log = createMemoryEventLog({});
      await using server = await startServer({ log });
      await using proxy = await startProxy(server.url);
      proxy.streams = manner;
      const testLog = await TestLog.create(log, { threadId: THREAD });
      await testLog.status('one');
      const client = createGithubClient({
        url: proxy.url,
        retry: { attempts: 10, baseMs: 2, maxMs: 20, pollMs: 5 },
        // Short where the proxy never responds; otherwise long, as a busy machine may respond late.
        connectTimeoutMs: manner === 'buffer' ? 300 : 30_000,
        now: () => 0,
      });
      const states: ConnectionState[] = [];
      const seen = collectThread(
        client.followThread(THREAD, { onConnection: (state) => states.push(state) }),
      );
      const names = () => states.map(({ state }) => state);
      await eventually(() => expect(names()).toContain('polling'));
      expect(proxy.streamsBeforeCalls).toBeGreaterThanOrEqual(5);
      for (let step = 2; step <= 20; step += 1) await testLog.status(`${step}`);
      const late = await TestLog.create(log, { threadId: THREAD });
      await late.status('joined');
      await eventually(() => expect(seen.entries).toHaveLength(21));
      expect(names()).not.toContain('live');
      proxy.streams = 'pass';
      await eventually(() => expect(names().at(-1)).toBe('live'));
      // The last poll may still be on its way; this comes after it.
      await client.samples();
      const calls = proxy.requests.calls.length;
      await testLog.complete();
      await late.complete();
      await eventually(() => expect(seen.entries).toHaveLength(23));
      for (const each of [testLog, late]) {
        expect(seen.idsOf(each.workflowId)).toEqual(
          Array.from({ length: each.tail }, (_, index) => each.idOf(index + 1)),
        );
      }
      expect(proxy.requests.calls.length).toBe(calls);
      await Promise.all([
        client.close(),
        expect(seen.done).rejects.toMatchObject({ name: 'AbortError' }),
      ]);
    },
  );

  test('E7 A11: a refusal is final, even as the answer to a poll', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    await using proxy = await startProxy(server.url);
    proxy.streams = '503';
    const client = createGithubClient({ url: proxy.url, retry });
    const seen = collectThread(client.followThread(THREAD, { after: 'k3v9x2ab-17' }));
    await expect(seen.done).rejects.toMatchObject({ kind: 'refused', code: 'malformed_cursor' });
    await client.close();
  });
});
