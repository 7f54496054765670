import { EventLogError } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test, vi } from 'vitest';
import { eventually } from './eventually.ts';
import { type Frame, readAll, readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';
import { TestLog } from '@runtape/testing';

const ORIGIN = 'http://127.0.0.1';

function ask(path: string, headers: Record<string, string> = {}): Request {
  return new Request(`${ORIGIN}${path}`, { headers });
}

const eventsPath = ({ workflowId }: TestLog): string => `/api/workflows/${workflowId}/events`;
const eventsOf = (frames: readonly Frame[]): readonly Frame[] =>
  frames.filter(({ event }) => event !== undefined);

describe('B1: GET /api/workflows/:id/events', () => {
  test('A5 E4: a Request in, a Response out: frames with event, data and id, to the terminal event', async () => {
    await using started = startApi({ random: () => 0.5 });
    const testLog = await TestLog.ended(started.log, 'Hello ', 'world');
    const frames = await readAll(await started.api.fetch(ask(eventsPath(testLog))));
    expect(frames[0]).toMatchObject({ retry: '2000', event: undefined });
    expect(eventsOf(frames).map(({ event, id }) => [event, id])).toEqual([
      ['token', testLog.idOf(2)],
      ['workflow:completed', testLog.idOf(3)],
    ]);
    expect(JSON.parse(frames[1]?.data ?? '')).toEqual({
      id: testLog.idOf(2),
      ...makeToken('Hello world'),
    });
  });

  test('B5: a failure is an event with a message for users', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const error = { code: 'model_not_found', message: 'There is no such model. Set OPENAI_MODEL.' };
    await testLog.append(
      makeToken('so far'),
      makeEvent('workflow:failed', { durationMs: 1, error }),
    );
    const frames = eventsOf(await readAll(await started.api.fetch(ask(eventsPath(testLog)))));
    expect(frames.map(({ event }) => event)).toEqual(['token', 'workflow:failed']);
    expect(JSON.parse(frames[1]?.data ?? '')).toMatchObject({ data: { error } });
  });

  test('C3: its headers keep proxies from buffering it', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'x');
    const response = await started.api.fetch(ask(eventsPath(testLog)));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    });
    await response.body?.cancel();
  });

  test('A3: a client that connects in the middle sees every event once, in order', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const frames = readFrames(await started.api.fetch(ask(eventsPath(testLog))));
    await frames.next();
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(1) });
    await testLog.status('two');
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(2) });
    await testLog.complete();
    expect((await frames.next()).value).toMatchObject({ event: 'workflow:completed' });
    expect((await frames.next()).done).toBe(true);
  });

  test.each([
    ['the Last-Event-ID header', (id: string) => ask('', { 'Last-Event-ID': id }), ''],
    ['?lastEventId', (id: string) => ask(`?lastEventId=${id}`), ''],
  ])('B4: resumes after %s', async (_name, request) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('a'), makeToken('b'), makeToken('c'));
    await testLog.complete();
    const { headers, url } = request(testLog.idOf(2));
    const { search } = new URL(url);
    const resumed = new Request(`${ORIGIN}${eventsPath(testLog)}${search}`, { headers });
    const frames = eventsOf(await readAll(await started.api.fetch(resumed)));
    expect(frames.map(({ id }) => id)).toEqual([testLog.idOf(3), testLog.idOf(4)]);
  });

  test('the header overrides the query: it is the newer cursor of an EventSource', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a', 'b', 'c');
    const request = ask(`${eventsPath(testLog)}?lastEventId=${testLog.idOf(1)}`, {
      'Last-Event-ID': testLog.idOf(3),
    });
    const frames = eventsOf(await readAll(await started.api.fetch(request)));
    expect(frames.map(({ id }) => id)).toEqual([testLog.idOf(4)]);
  });

  test('B3: 204 for a client that has the terminal event, so that it does not reconnect', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'x');
    const header = await started.api.fetch(
      ask(eventsPath(testLog), { 'Last-Event-ID': testLog.idOf(2) }),
    );
    expect([header.status, header.body]).toEqual([204, null]);
    const query = await started.api.fetch(
      ask(`${eventsPath(testLog)}?lastEventId=${testLog.idOf(2)}`),
    );
    expect(query.status).toBe(204);
  });

  test('F2: a cursor that does not fit gets a reset, and then the live tail', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('a'), makeToken('b'));
    const response = await started.api.fetch(
      ask(eventsPath(testLog), { 'Last-Event-ID': 'otherlog-9' }),
    );
    const frames = readFrames(response);
    await frames.next();
    const reset = (await frames.next()).value;
    expect(reset).toMatchObject({ event: 'reset', id: testLog.idOf(2) });
    expect(JSON.parse(reset?.data ?? '')).toMatchObject({
      type: 'reset',
      data: {
        reason: 'other_incarnation',
        cursor: testLog.idOf(2),
        snapshot: { status: 'queued' },
      },
    });
    await testLog.complete();
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(3) });
    expect((await frames.next()).done).toBe(true);
  });

  test('F2: a reset to the end of an ended workflow is the end of the stream', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'x');
    const request = ask(eventsPath(testLog), { 'Last-Event-ID': testLog.idOf(99) });
    const frames = eventsOf(await readAll(await started.api.fetch(request)));
    expect(frames.map(({ event, id }) => [event, id])).toEqual([['reset', testLog.idOf(2)]]);
  });
});

describe('errors before any stream opens', () => {
  test.each(['nonsense', 'wf_zzzzzzzzzzzzzzzz', '%2e%2e%2fetc'])(
    'A11 E9: an unknown workflow is a 404 with a JSON error: %s',
    async (id) => {
      await using started = startApi();
      const response = await started.api.fetch(ask(`/api/workflows/${id}/events`));
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        error: { code: 'unknown_workflow', docs: 'docs/errors/unknown_workflow.md' },
      });
    },
  );

  test('B1 E13: a malformed lastEventId is a 400 with JSON, and no stream opens', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'x');
    const response = await started.api.fetch(ask(`${eventsPath(testLog)}?lastEventId=17`));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'malformed_cursor' } });
  });

  test('other methods are a 405, other paths a 404, both JSON', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'x');
    const post = await started.api.fetch(
      new Request(`${ORIGIN}${eventsPath(testLog)}`, { method: 'POST' }),
    );
    expect([post.status, post.headers.get('allow'), await post.json()]).toMatchObject([
      405,
      'GET, HEAD',
      { error: { code: 'method_not_allowed' } },
    ]);
    const nowhere = await started.api.fetch(ask('/api/nowhere'));
    expect([nowhere.status, await nowhere.json()]).toMatchObject([
      404,
      { error: { code: 'unknown_route' } },
    ]);
  });

  test('E17: the cause of an internal error stays on the server', async () => {
    const log = createMemoryEventLog({});
    vi.spyOn(log, 'get').mockRejectedValue(
      new EventLogError('unavailable', 'connect ECONNREFUSED redis://:secret@10.0.0.7'),
    );
    await using started = startApi({ log });
    const response = await started.api.fetch(ask('/api/workflows/wf_zzzzzzzzzzzzzzzz/events'));
    const body = await response.text();
    expect(response.status).toBe(503);
    expect(body).toContain('"code":"unavailable"');
    expect(body).not.toMatch(/secret|ECONNREFUSED|at /);
    expect(started.errors.map(String)).toEqual([expect.stringContaining('secret')]);
  });
});

describe('while a stream is open', () => {
  test('C5: a quiet stream carries heartbeat comments', async () => {
    await using started = startApi({ heartbeatMs: 20 });
    const testLog = await TestLog.create(started.log);
    const frames = readFrames(await started.api.fetch(ask(eventsPath(testLog))));
    await frames.next();
    expect((await frames.next()).value).toMatchObject({ comment: 'heartbeat' });
    expect((await frames.next()).value).toMatchObject({ comment: 'heartbeat' });
    await testLog.complete();
    const rest: Frame[] = [];
    for await (const frame of frames) rest.push(frame);
    expect(eventsOf(rest).map(({ event }) => event)).toEqual(['workflow:completed']);
  });

  test('A13: nothing remains when the client cancels the body', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const response = await started.api.fetch(ask(eventsPath(testLog)));
    const frames = readFrames(response);
    await frames.next();
    await frames.next();
    expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1);
    await frames.return();
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
    expect(started.errors).toEqual([]);
  });

  test('A13: nothing remains when the request is aborted', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const disconnect = new AbortController();
    const request = new Request(`${ORIGIN}${eventsPath(testLog)}`, { signal: disconnect.signal });
    const frames = readFrames(await started.api.fetch(request));
    await frames.next();
    await frames.next();
    const next = frames.next();
    await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
    disconnect.abort();
    expect((await next).done).toBe(true);
    expect(started.fanOut.tailCount).toBe(0);
    expect(started.errors).toEqual([]);
  });

  test('a draining server ends it without a terminal event, so that the client reconnects', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const frames = readFrames(await started.api.fetch(ask(eventsPath(testLog))));
    await frames.next();
    await frames.next();
    const next = frames.next();
    started.api.drain();
    expect((await next).done).toBe(true);
    const late = await readAll(await started.api.fetch(ask(eventsPath(testLog))));
    expect(eventsOf(late)).toEqual([]);
    expect(late[0]?.retry).toBeDefined();
    expect(started.fanOut.tailCount).toBe(0);
  });

  test('A10: nothing is read ahead for a client that does not read', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const read = vi.spyOn(started.fanOut, 'read');
    const response = await started.api.fetch(ask(eventsPath(testLog)));
    const body = response.body?.getReader();
    await body?.read();
    expect(read).not.toHaveBeenCalled();
    await body?.read();
    expect(read).toHaveBeenCalledTimes(1);
    await body?.cancel();
  });
});

test('events other than tokens are never merged away', async () => {
  await using started = startApi();
  const testLog = await TestLog.create(started.log);
  await testLog.append(
    makeToken('a'),
    makeToken('b'),
    makeEvent('status', { stage: 's', message: 'between' }),
    makeToken('c'),
  );
  await testLog.complete();
  const frames = eventsOf(await readAll(await started.api.fetch(ask(eventsPath(testLog)))));
  expect(frames.map(({ event }) => event)).toEqual([
    'token',
    'status',
    'token',
    'workflow:completed',
  ]);
});
