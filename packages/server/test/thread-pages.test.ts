import { EventLogError } from '@runtape/event-log';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { threadEventsRoute } from '../src/operations/thread-events.ts';
import { newRequest } from './requests.ts';
import { damage } from './damage.ts';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';

type Started = ReturnType<typeof startApi>;

const THREAD = 'thread-1';
const pageSchema = z.object({
  events: z.array(
    z.looseObject({ cursor: z.string(), workflowId: z.string(), id: z.string().optional() }),
  ),
  next: z.string().nullable(),
  more: z.boolean(),
});

function poll({ api }: Started, query: Record<string, string> = {}, init: RequestInit = {}) {
  const headers = { accept: 'application/json' };
  const path = `/api/threads/${THREAD}/events?${new URLSearchParams(query)}`;
  return api.fetch(newRequest(path, { headers, ...init }));
}

async function page(...args: Parameters<typeof poll>) {
  const response = await poll(...args);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(response.status).toBe(200);
  const body: unknown = await response.json();
  const { schema } = threadEventsRoute.answers[200]?.json ?? {};
  expect(schema?.safeParse(body).error).toBeUndefined();
  return pageSchema.parse(body);
}

describe('C4: GET /api/threads/:id/events with Accept: application/json', () => {
  test('returns page after page: events in order per workflow and each once', async () => {
    await using started = startApi();
    const testLogs = [];
    for (let index = 0; index < 12; index += 1) {
      const testLog = await TestLog.create(started.log, { threadId: THREAD });
      for (let step = 0; step < index % 5; step += 1) await testLog.status(`${step}`);
      if (index % 3 === 0) await testLog.complete();
      testLogs.push(testLog);
    }
    const ids: (string | undefined)[] = [];
    let after = '';
    for (let more = true; more;) {
      const got = await page(started, { limit: '5', after });
      expect(got.events.length).toBeLessThanOrEqual(5);
      ids.push(...got.events.map(({ id }) => id));
      after = got.next ?? '';
      ({ more } = got);
    }
    for (const testLog of testLogs) {
      const own = Array.from({ length: testLog.tail }, (_, index) => testLog.idOf(index + 1));
      expect(ids.filter((id) => own.some((each) => each === id))).toEqual(own);
    }
    expect(ids).toHaveLength(testLogs.reduce((sum, { tail }) => sum + tail, 0));
    expect(await page(started, { after })).toEqual({ events: [], next: after, more: false });
    await testLogs[1]?.status('new');
    expect((await page(started, { after })).events).toMatchObject([
      { workflowId: testLogs[1]?.workflowId, type: 'status' },
    ]);
  });

  test('a thread without workflows is an empty page', async () => {
    await using started = startApi();
    expect(await page(started)).toEqual({ events: [], next: null, more: false });
  });

  test('wait= delays the response until an event arrives or the time is up', async () => {
    await using started = startApi();
    const quiet = await TestLog.create(started.log, { threadId: THREAD });
    const held = page(started, { wait: '30' });
    await eventually(() => expect(started.fanOut.readerCount(quiet.workflowId)).toBe(1));
    const testLog = await TestLog.endedIn(started.log, THREAD, 'x');
    expect((await held).events[0]).toMatchObject({ workflowId: testLog.workflowId, type: 'token' });
    const { next } = await page(started);
    expect(await page(started, { wait: '0.01', after: next ?? '' })).toMatchObject({ events: [] });
  });

  test('A13: a client that leaves while waiting leaves nothing behind, and neither does an answered one', async () => {
    const store = new MemoryStore();
    const log = createMemoryEventLog({ store });
    await using started = startApi({ log });
    const testLog = await TestLog.create(log, { threadId: THREAD });
    await testLog.status('1');
    const { next } = await page(started);
    const isWatched = () => [...store.threadWatchers].some((watchers) => watchers.has(THREAD));
    await eventually(() => expect([started.fanOut.tailCount, isWatched()]).toEqual([0, false]));
    const disconnect = new AbortController();
    const held = poll(
      started,
      { wait: '60', after: next ?? '' },
      { signal: disconnect.signal, headers: { accept: 'application/json' } },
    );
    await eventually(() => expect([started.fanOut.tailCount, isWatched()]).toEqual([1, true]));
    disconnect.abort();
    await held.catch(() => {});
    await eventually(() => expect([started.fanOut.tailCount, isWatched()]).toEqual([0, false]));
  });

  test('a server that is about to stop ends every wait', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log, { threadId: THREAD });
    const held = page(started, { wait: '60' });
    await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
    started.api.drain();
    expect(await held).toMatchObject({ events: [], more: false });
  });

  test('E10: a damaged workflow is reported, and the others arrive', async () => {
    const log = createMemoryEventLog();
    await using started = startApi({ log });
    const [good, bad] = [
      await TestLog.endedIn(log, THREAD, 'a'),
      await TestLog.endedIn(log, THREAD, 'b'),
    ];
    damage(log, bad.workflowId);
    const { events } = await page(started);
    const idsOf = (testLog: TestLog) =>
      events.filter(({ workflowId }) => workflowId === testLog.workflowId).map(({ id }) => id);
    expect(idsOf(good)).toEqual([good.idOf(1), good.idOf(2)]);
    expect(idsOf(bad)).toEqual([undefined]);
    expect(events).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: 'internal' }) }),
    );
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(started.errors).toHaveLength(1);
  });

  test('an unavailable store is reported, and not waited for', async () => {
    const log = createMemoryEventLog();
    await using started = startApi({ log });
    vi.spyOn(log, 'thread').mockRejectedValue(new EventLogError('unavailable', 'Away.'));
    const response = await poll(started);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'unavailable' } });
  });

  test.for([
    ['a cursor', { after: 'k3v9x2ab-17' }, 'malformed_cursor'],
    ['a limit', { limit: '0' }, 'invalid_input'],
    ['a wait', { wait: '61' }, 'invalid_input'],
  ] as const)('A11: %s that makes no sense is refused', async ([, query, code]) => {
    await using started = startApi();
    const response = await poll(started, query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code } });
  });
});

describe('C4: thread.events', () => {
  test('returns the events that onThreadEvents returns, each with its cursor', async () => {
    await using started = startApi();
    const testLog = await TestLog.endedIn(started.log, THREAD, 'a', 'b');
    const { caller } = started;
    const first = await caller.thread.events({ threadId: THREAD, limit: 1 });
    expect(first).toEqual({
      events: [
        {
          cursor: first.next,
          workflowId: testLog.workflowId,
          id: testLog.idOf(2),
          message: makeToken('ab'),
        },
      ],
      next: expect.any(String),
      more: true,
    });
    const second = await caller.thread.events({ threadId: THREAD, after: first.next ?? '' });
    expect(second).toMatchObject({ events: [{ id: testLog.idOf(3) }], more: false });
  });
});
