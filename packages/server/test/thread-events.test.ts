import { EventLogError } from '@runtape/event-log';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test, vi } from 'vitest';
import { eventually } from './eventually.ts';
import { readUntil } from './read-frames.ts';
import { startApi } from './start-api.ts';
import { ThreadReader } from './thread-reader.ts';

const THREAD = 'thread-1';
const error = { code: 'model_refused', message: 'The model refused.' };

async function get(api: { fetch: (request: Request) => Promise<Response> }, path: string) {
  const response = await api.fetch(new Request(`http://127.0.0.1${path}`));
  return { status: response.status, body: await response.json() };
}

describe('C4: GET /api/threads/:threadId/events', () => {
  test('C4: the events of all of its workflows arrive, in order per workflow and each once, with their workflow', async () => {
    await using started = startApi({ random: () => 0.5 });
    const { log, api } = started;
    const ended = await TestLog.endedIn(log, THREAD, 'a', 'b');
    const running = await TestLog.create(log, { threadId: THREAD });
    await TestLog.endedIn(log, 'thread-2', 'not this one');
    await TestLog.ended(log, 'nor this');
    await running.append(makeToken('c'));
    await using reader = await ThreadReader.open(api, THREAD);
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream');
    const past = await reader.take(3);
    const of = ({ workflowId }: TestLog) =>
      past.filter((got) => got.workflowId === workflowId).map(({ id, type }) => [id, type]);
    // Neighbouring tokens of the history are merged.
    expect(of(ended)).toEqual([
      [ended.idOf(2), 'token'],
      [ended.idOf(3), 'workflow:completed'],
    ]);
    expect(of(running)).toEqual([[running.idOf(1), 'token']]);
    await running.status('live');
    expect(await reader.next()).toMatchObject({ id: running.idOf(2), type: 'status' });
  });

  test('C4: a workflow that joins while it streams is included from its first event', async () => {
    await using started = startApi();
    const { log, api } = started;
    const first = await TestLog.create(log, { threadId: THREAD });
    await first.status('here');
    await using reader = await ThreadReader.open(api, THREAD);
    await reader.next();
    const second = await TestLog.create(log, { threadId: THREAD });
    await second.append(makeToken('x'), makeEvent('workflow:failed', { durationMs: 1, error }));
    const got = await reader.take(2);
    expect(got.map(({ workflowId, id }) => [workflowId, id])).toEqual([
      [second.workflowId, second.idOf(1)],
      [second.workflowId, second.idOf(2)],
    ]);
    await first.status('still here');
    expect(await reader.next()).toMatchObject({ workflowId: first.workflowId });
  });

  test('C4: a thread without workflows is waited for, with heartbeats', async () => {
    await using started = startApi({ heartbeatMs: 5 });
    await using reader = await ThreadReader.open(started.api, THREAD);
    expect(reader.response.status).toBe(200);
    expect(await reader.comment()).toBe('heartbeat');
    const testLog = await TestLog.endedIn(started.log, THREAD, 'first');
    expect(await reader.next()).toMatchObject({ workflowId: testLog.workflowId, type: 'token' });
  });

  test('C4: it continues after any event, in header or query, with nothing missing and nothing twice', async () => {
    await using started = startApi();
    const { log, api } = started;
    const testLogs = [
      await TestLog.create(log, { threadId: THREAD }),
      await TestLog.create(log, { threadId: THREAD }),
    ];
    await using reader = await ThreadReader.open(api, THREAD);
    const all: { workflowId: string; id: string; cursor: string }[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (const testLog of testLogs) {
        await testLog.status(`${round}`);
        all.push(await reader.next());
      }
    }
    for (const [index, { cursor }] of all.entries()) {
      await using again = await ThreadReader.open(api, THREAD, { lastEventId: cursor });
      const rest = await again.take(all.length - index - 1);
      const wanted = all.slice(index + 1);
      for (const { workflowId } of testLogs) {
        const ids = (list: readonly { workflowId: string; id: string }[]) =>
          list.filter((got) => got.workflowId === workflowId).map(({ id }) => id);
        expect(ids(rest)).toEqual(ids(wanted));
      }
    }
    const last = encodeURIComponent(all[6]?.cursor ?? '');
    const path = `/api/threads/${THREAD}/events?lastEventId=${last}`;
    const response = await api.fetch(new Request(`http://127.0.0.1${path}`));
    const text = await readUntil(response, all[7]?.id ?? '');
    expect(text.match(/^data:/gm)).toHaveLength(1);
  });

  test('C4: the cursor stays small however many workflows have ended, even while they are replayed', async () => {
    await using started = startApi();
    const { log, api } = started;
    const open = await TestLog.create(log, { threadId: THREAD });
    await open.status('stays open');
    for (let index = 0; index < 150; index += 1) await TestLog.endedIn(log, THREAD, 'x');
    await using reader = await ThreadReader.open(api, THREAD);
    const got = await reader.take(301);
    expect(Math.max(...got.map(({ cursor }) => cursor.length))).toBeLessThan(600);
    const last = got.at(-1)?.cursor ?? '';
    expect(last.length).toBeLessThan(100);
    await using again = await ThreadReader.open(api, THREAD, { lastEventId: last });
    await open.status('live');
    expect(await again.next()).toMatchObject({ workflowId: open.workflowId, id: open.idOf(2) });
  });

  test.for([1, 2, 3, 7, 20])(
    'C4: a client that leaves after every %d events of a long history gets each once',
    async (patience) => {
      await using started = startApi();
      const { log, api } = started;
      const testLogs: TestLog[] = [];
      for (let index = 0; index < 30; index += 1) {
        const testLog = await TestLog.create(log, { threadId: THREAD });
        testLogs.push(testLog);
        for (let count = 0; count < index % 4; count += 1) await testLog.status(`${count}`);
        if (index % 5 !== 0) await testLog.complete();
      }
      const wanted = testLogs.flatMap((testLog) =>
        Array.from({ length: testLog.tail }, (_, index) => testLog.idOf(index + 1)),
      );
      const seen: string[] = [];
      let lastEventId = '';
      while (seen.length < wanted.length) {
        await using reader = await ThreadReader.open(api, THREAD, { lastEventId });
        for (const got of await reader.take(Math.min(patience, wanted.length - seen.length))) {
          seen.push(got.id);
          lastEventId = got.cursor;
        }
      }
      expect(seen.toSorted()).toEqual(wanted.toSorted());
      await using reader = await ThreadReader.open(api, THREAD, { lastEventId });
      const late = await TestLog.endedIn(log, THREAD, 'late');
      expect(await reader.next()).toMatchObject({ id: late.idOf(1) });
    },
  );

  test('F2: a cursor that does not fit one workflow resets that one, and the others continue', async () => {
    await using started = startApi();
    const { log, api } = started;
    const [first, second] = [
      await TestLog.create(log, { threadId: THREAD }),
      await TestLog.create(log, { threadId: THREAD }),
    ];
    await first.status('1');
    await second.status('1');
    await using reader = await ThreadReader.open(api, THREAD);
    await reader.next();
    const { cursor } = await reader.next();
    const ahead = cursor.replace(first.idOf(1), first.idOf(99));
    expect(ahead).not.toBe(cursor);
    await using again = await ThreadReader.open(api, THREAD, { lastEventId: ahead });
    expect(await again.next()).toMatchObject({
      workflowId: first.workflowId,
      type: 'reset',
      id: first.idOf(1),
    });
    await second.status('2');
    const live = await again.next();
    expect(live).toMatchObject({ workflowId: second.workflowId, id: second.idOf(2) });
    expect(live.cursor).toContain(first.idOf(1));
  });

  test('A11: a cursor that names the workflow of another thread does not show it', async () => {
    await using started = startApi();
    const { log, api } = started;
    const mine = await TestLog.create(log, { threadId: THREAD });
    const theirs = await TestLog.create(log, { threadId: 'thread-2' });
    await theirs.status('secret');
    await mine.status('1');
    await using reader = await ThreadReader.open(api, THREAD);
    const { cursor } = await reader.next();
    const [head] = cursor.split('~');
    const forged = `${head}~${theirs.workflowId.slice(3)}.`;
    await using again = await ThreadReader.open(api, THREAD, { lastEventId: forged });
    await mine.status('2');
    // The forged cursor claims to have everything that it does not name.
    await theirs.status('secret');
    const late = await TestLog.endedIn(log, THREAD, 'late');
    expect(await again.next()).toMatchObject({ workflowId: late.workflowId });
  });

  test('A4: a workflow that was removed in the meantime delays nothing', async () => {
    await using started = startApi();
    const { log, api } = started;
    const old = await TestLog.create(log, { threadId: THREAD });
    await old.status('1');
    const { cursor } = await (await ThreadReader.open(api, THREAD)).next();
    await old.complete();
    await log.expire({ endedBefore: Date.now() + 1000, limit: 1 });
    await using again = await ThreadReader.open(api, THREAD, { lastEventId: cursor });
    const late = await TestLog.endedIn(log, THREAD, 'late');
    const got = await again.next();
    expect(got.workflowId).toBe(late.workflowId);
    expect(got.cursor).not.toContain(old.workflowId.slice(3));
  });

  test.for([
    ['a thread', '/api/threads/not%20a%20thread/events', 'invalid_input'],
    ['a thread that is too long', `/api/threads/${'x'.repeat(65)}/events`, 'invalid_input'],
    ['a cursor', `/api/threads/${THREAD}/events?lastEventId=k3v9x2ab-17`, 'malformed_cursor'],
    ['a list', '/api/threads/not%20a%20thread', 'invalid_input'],
    ['a page of a list', `/api/threads/${THREAD}?limit=0`, 'invalid_input'],
  ] as const)(
    'A11: %s that is malformed is refused before any stream opens',
    async ([, path, code]) => {
      await using started = startApi();
      const { status, body } = await get(started.api, path);
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: { code, docs: `docs/errors/${code}.md` } });
    },
  );

  test('C4: only GET and HEAD are allowed', async () => {
    await using started = startApi();
    const url = `http://127.0.0.1/api/threads/${THREAD}/events`;
    const response = await started.api.fetch(new Request(url, { method: 'POST' }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    const head = await started.api.fetch(new Request(url, { method: 'HEAD' }));
    expect(head.headers.get('content-type')).toBe('text/event-stream');
    expect(started.fanOut.tailCount).toBe(0);
  });

  test('A13: nothing of the stream remains after the client has left', async () => {
    const store = new MemoryStore();
    const log = createMemoryEventLog({ store });
    await using started = startApi({ log });
    for (let index = 0; index < 5; index += 1) await TestLog.create(log, { threadId: THREAD });
    const reader = await ThreadReader.open(started.api, THREAD);
    const testLog = await TestLog.create(log, { threadId: THREAD });
    await testLog.status('x');
    await reader.next();
    await eventually(() => expect(started.fanOut.tailCount).toBe(6));
    expect([...store.threadWatchers].some((watchers) => watchers.has(THREAD))).toBe(true);
    await reader.leave();
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
    expect([...store.threadWatchers].some((watchers) => watchers.has(THREAD))).toBe(false);
    expect([...store.watchers].every((watchers) => watchers.isEmpty)).toBe(true);
    await eventually(() => expect(started.api.context.metrics.streams.report().open).toBe(0));
    expect(started.errors).toEqual([]);
  });

  test('a server that is about to stop ends the body, and the next one continues from the cursor', async () => {
    const log = createMemoryEventLog();
    await using first = startApi({ log });
    await using second = startApi({ log });
    const testLog = await TestLog.create(log, { threadId: THREAD });
    await testLog.status('1');
    await using reader = await ThreadReader.open(first.api, THREAD);
    const { cursor } = await reader.next();
    first.api.drain();
    await expect(reader.next()).rejects.toThrow('The stream has ended.');
    await testLog.status('2');
    await using again = await ThreadReader.open(second.api, THREAD, { lastEventId: cursor });
    expect(await again.next()).toMatchObject({ id: testLog.idOf(2) });
  });

  test('C4: a start whose announcement was lost is still noticed', async () => {
    const log = createMemoryEventLog();
    vi.spyOn(log, 'watchThread').mockResolvedValue();
    const fanOut = new FanOut({ log, quietCheckMs: 20 });
    await using started = startApi({ log, fanOut, heartbeatMs: 5 });
    await using reader = await ThreadReader.open(started.api, THREAD);
    await reader.comment();
    const testLog = await TestLog.endedIn(log, THREAD, 'unannounced');
    expect(await reader.next()).toMatchObject({ workflowId: testLog.workflowId });
    await reader.leave();
    await fanOut.close();
  });

  test('an unavailable store delays a thread, which continues when the store recovers', async () => {
    const log = createMemoryEventLog();
    await using started = startApi({ log });
    await using reader = await ThreadReader.open(started.api, THREAD);
    const read = vi.spyOn(log, 'thread');
    read.mockRejectedValueOnce(new EventLogError('unavailable', 'Away.'));
    const testLog = await TestLog.endedIn(log, THREAD, 'a');
    expect(await reader.next()).toMatchObject({ workflowId: testLog.workflowId });
  });
});

describe('C4: GET /api/threads/:threadId', () => {
  test('C4: lists the workflows of a thread, oldest first, in pages', async () => {
    await using started = startApi();
    const { log, api } = started;
    const testLogs = [
      await TestLog.endedIn(log, THREAD, 'x'),
      await TestLog.create(log, { threadId: THREAD }),
      await TestLog.create(log, { threadId: THREAD }),
    ];
    const ids = testLogs.map(({ workflowId }) => workflowId);
    const { status, body } = await get(api, `/api/threads/${THREAD}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      threadId: THREAD,
      workflows: ids.map((workflowId) => ({ workflowId, threadId: THREAD, watchers: 0 })),
      next: null,
    });
    const page = await log.thread(THREAD, { after: 0, limit: 2 });
    const first = await get(api, `/api/threads/${THREAD}?limit=2`);
    expect(first.body).toMatchObject({ next: page.next, workflows: [{}, {}] });
    const second = await get(api, `/api/threads/${THREAD}?limit=2&after=${page.next}`);
    expect(second.body).toMatchObject({ workflows: [{ workflowId: ids[2] }], next: null });
  });

  test('C4: a thread without workflows is an empty list', async () => {
    await using started = startApi();
    expect(await get(started.api, '/api/threads/unheard-of')).toEqual({
      status: 200,
      body: { threadId: 'unheard-of', workflows: [], next: null },
    });
  });
});
