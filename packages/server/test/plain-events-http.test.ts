import { EventSource } from 'eventsource';
import { describe, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { readAll, readFrames } from './read-frames.ts';
import { listen, startApi } from './start-api.ts';
import { TestLog } from '@runtape/testing';

const eventsPath = ({ workflowId }: TestLog): string => `/api/workflows/${workflowId}/events`;

describe('plain events over real HTTP', () => {
  test('B3 F6: an EventSource receives every event once and is told not to reconnect after the end', async () => {
    await using started = startApi({ random: () => 0 });
    await using server = await listen(started.api);
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const source = new EventSource(`${server.url}${eventsPath(testLog)}`);
    const seen: string[] = [];
    const closed = Promise.withResolvers<void>();
    for (const type of ['status', 'workflow:completed']) {
      source.addEventListener(type, ({ lastEventId }) => seen.push(lastEventId));
    }
    source.addEventListener('error', () => {
      if (source.readyState === source.CLOSED) closed.resolve();
    });
    await eventually(() => expect(seen).toEqual([testLog.idOf(1)]));
    await testLog.status('two');
    await testLog.complete();
    await closed.promise;
    expect(seen).toEqual([testLog.idOf(1), testLog.idOf(2), testLog.idOf(3)]);
  });

  test('A13: no reader and no socket remains when a client hangs up', async () => {
    await using started = startApi();
    await using server = await listen(started.api);
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const disconnect = new AbortController();
    const response = await fetch(`${server.url}${eventsPath(testLog)}`, {
      signal: disconnect.signal,
    });
    const frames = readFrames(response);
    await frames.next();
    await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
    disconnect.abort();
    await eventually(() => expect([started.fanOut.tailCount, server.sockets.size]).toEqual([0, 0]));
    expect(started.errors).toEqual([]);
  });

  test('C2: emoji, CJK and RTL text arrive unbroken', async () => {
    await using started = startApi();
    await using server = await listen(started.api);
    const text = '😀👨‍👩‍👧 漢字 שלום\u2028\u0000\r\n';
    const testLog = await TestLog.ended(started.log, text);
    const [token] = await readTokens(`${server.url}${eventsPath(testLog)}`);
    expect(JSON.parse(token?.data ?? '')).toMatchObject({ data: { content: text } });
  });

  test('a HEAD request starts no stream', async () => {
    await using started = startApi();
    await using server = await listen(started.api);
    const testLog = await TestLog.create(started.log);
    const response = await fetch(`${server.url}${eventsPath(testLog)}`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(started.fanOut.tailCount).toBe(0);
  });
});

async function readTokens(url: string) {
  return (await readAll(await fetch(url))).filter(({ event }) => event === 'token');
}
