import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newRequest } from './requests.ts';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';

const pageSchema = z.object({
  events: z.array(z.looseObject({ id: z.string(), type: z.string() })),
  next: z.string().nullable(),
  ended: z.boolean(),
});
const log = makeEvent('log:created', { level: 'info', message: 'x' });

function poll(
  { api }: ReturnType<typeof startApi>,
  { workflowId }: TestLog,
  query = '',
  init = {},
) {
  const headers = { accept: 'application/json' };
  return api.fetch(
    newRequest(`/api/workflows/${workflowId}/events?${query}`, { headers, ...init }),
  );
}

async function page(...args: Parameters<typeof poll>) {
  const response = await poll(...args);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/json');
  return pageSchema.parse(await response.json());
}

describe('B1: GET /api/workflows/:id/events with Accept: application/json', () => {
  test('returns page after page, unmerged, to the end', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a', 'b', 'c');
    const first = await page(started, testLog, 'limit=2');
    expect(first.events.map(({ id }) => id)).toEqual([testLog.idOf(1), testLog.idOf(2)]);
    expect(first).toMatchObject({ next: testLog.idOf(2), ended: false });
    const second = await page(started, testLog, `limit=2&after=${first.next}`);
    expect(second.events.map(({ type }) => type)).toEqual(['token', 'workflow:completed']);
    expect(second).toMatchObject({ next: testLog.idOf(4), ended: true });
  });

  test('lastEventId, and the header, mean the same as after', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a', 'b');
    const headers = { accept: 'application/json', 'last-event-id': testLog.idOf(2) };
    const byHeader = await page(started, testLog, '', { headers });
    const byQuery = await page(started, testLog, `lastEventId=${testLog.idOf(2)}`);
    expect(byHeader.events.map(({ id }) => id)).toEqual([testLog.idOf(3)]);
    expect(byQuery).toEqual(byHeader);
  });

  test('F2: a cursor that does not fit gets a reset', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a');
    const { events, next, ended } = await page(started, testLog, 'after=otherlog-9');
    expect(events).toMatchObject([{ type: 'reset', data: { reason: 'other_incarnation' } }]);
    expect([next, ended]).toEqual([testLog.idOf(2), true]);
  });

  test('E15: types leaves out the others, and the cursor passes them', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(...Array.from({ length: 30 }, () => log), makeToken('a'), log);
    const first = await page(started, testLog, 'types=token&limit=10');
    expect(first.events.map(({ id }) => id)).toEqual([testLog.idOf(31)]);
    const second = await page(started, testLog, `types=token&limit=10&after=${first.next}`);
    expect(second).toEqual({ events: [], next: testLog.idOf(32), ended: false });
  });

  test('wait delays the response until there is an event', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(log);
    const waiting = page(started, testLog, `wait=60&types=token&after=${testLog.idOf(1)}`);
    await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
    await testLog.append(log);
    await testLog.append(makeToken('now'));
    expect((await waiting).events.map(({ id }) => id)).toEqual([testLog.idOf(3)]);
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
  });

  test('wait ends with an empty page on timeout, or when the server is about to stop', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    expect(await page(started, testLog, 'wait=0.01')).toEqual({
      events: [],
      next: null,
      ended: false,
    });
    const waiting = page(started, testLog, 'wait=60');
    await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
    started.api.drain();
    expect(await waiting).toEqual({ events: [], next: null, ended: false });
    expect([started.fanOut.tailCount, started.errors]).toEqual([0, []]);
  });

  test('A13: nothing remains when a client stops waiting', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const disconnect = new AbortController();
    const headers = { accept: 'application/json' };
    const waiting = poll(started, testLog, 'wait=60', { headers, signal: disconnect.signal });
    await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
    disconnect.abort();
    await waiting;
    expect([started.fanOut.tailCount, started.errors]).toEqual([0, []]);
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'wait=61', 'wait=-1', 'after=17'])(
    'B1: %s is a 400',
    async (query) => {
      await using started = startApi();
      const testLog = await TestLog.ended(started.log, 'a');
      const response = await poll(started, testLog, query);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { code: query === 'after=17' ? 'malformed_cursor' : 'invalid_input' },
      });
    },
  );
});
