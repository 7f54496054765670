import { EventLogError } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, makeToken } from '@runtape/testing';
import { parse } from 'superjson';
import { describe, expect, test, vi } from 'vitest';
import { eventually } from './eventually.ts';
import { type Frame, readAll, readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';
import { TestLog } from '@runtape/testing';

const HEARTBEAT_MS = 20;

function subscribe(input: object, headers: Record<string, string> = {}): Request {
  const query = encodeURIComponent(JSON.stringify({ json: input }));
  return new Request(`http://127.0.0.1/trpc/onWorkflowEvents?input=${query}`, { headers });
}

const read = ({ data }: Frame): unknown => parse(data ?? '');
const messages = (frames: readonly Frame[]) => frames.filter(({ event }) => event === undefined);

describe('onWorkflowEvents over the wire', () => {
  test('A3: history, then live, each tracked by its id; `return` after the terminal event', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('a'), makeToken('b'));
    const frames = readFrames(
      await started.api.fetch(subscribe({ workflowId: testLog.workflowId, lastEventId: null })),
    );
    expect((await frames.next()).value).toMatchObject({
      event: 'connected',
      data: '{"reconnectAfterInactivityMs":45000}',
    });
    const merged = (await frames.next()).value;
    expect(merged).toMatchObject({ id: testLog.idOf(2) });
    expect(merged && read(merged)).toEqual(makeToken('ab'));
    await testLog.status('live');
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(3), event: undefined });
    await testLog.complete();
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(4) });
    expect((await frames.next()).value).toMatchObject({ event: 'return' });
    expect((await frames.next()).done).toBe(true);
    expect(started.fanOut.tailCount).toBe(0);
  });

  test('E13: the header of a reconnecting client overrides the input', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a', 'b', 'c');
    const request = subscribe(
      { workflowId: testLog.workflowId, lastEventId: testLog.idOf(1) },
      { 'Last-Event-ID': testLog.idOf(3) },
    );
    const frames = messages(await readAll(await started.api.fetch(request)));
    expect(frames.map(({ id }) => id)).toEqual([testLog.idOf(4)]);
  });

  test('C5: a quiet stream carries pings', async () => {
    await using started = startApi({ heartbeatMs: HEARTBEAT_MS });
    const testLog = await TestLog.create(started.log);
    const frames = readFrames(
      await started.api.fetch(subscribe({ workflowId: testLog.workflowId })),
    );
    await frames.next();
    expect((await frames.next()).value).toMatchObject({ event: 'ping' });
    expect((await frames.next()).value).toMatchObject({ event: 'ping' });
    await frames.return();
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
  });

  test('F2: a cursor that does not fit gets a tracked reset, and then the live tail', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('a'));
    const frames = readFrames(
      await started.api.fetch(
        subscribe({ workflowId: testLog.workflowId, lastEventId: testLog.idOf(50) }),
      ),
    );
    await frames.next();
    const reset = (await frames.next()).value;
    expect(reset).toMatchObject({ id: testLog.idOf(1) });
    expect(reset && read(reset)).toMatchObject({ type: 'reset', data: { reason: 'ahead' } });
    await testLog.complete();
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(2) });
    expect((await frames.next()).value).toMatchObject({ event: 'return' });
  });

  test('an event with keys that superjson refuses is delivered like any other', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const called = makeEvent('tool:called', {
      callId: 'c1',
      name: 'search',
      arguments: { constructor: 'x', prototype: [1] },
    });
    await testLog.append(called);
    await testLog.complete();
    const response = await started.api.fetch(subscribe({ workflowId: testLog.workflowId }));
    const [first, ...rest] = messages(await readAll(response));
    expect(first && read(first)).toEqual(called);
    expect(rest).toHaveLength(1);
  });
});

describe('errors of onWorkflowEvents', () => {
  test.each([
    ['A11: an unknown workflow', 'wf_zzzzzzzzzzzzzzzz', undefined, 'NOT_FOUND', 'unknown_workflow'],
    ['A11: a malformed workflow id', 'x y', undefined, 'NOT_FOUND', 'unknown_workflow'],
    ['a malformed cursor', 'wf_zzzzzzzzzzzzzzzz', '17', 'BAD_REQUEST', 'malformed_cursor'],
  ])('%s is refused permanently', async (_name, workflowId, lastEventId, trpcCode, code) => {
    await using started = startApi();
    const response = await started.api.fetch(subscribe({ workflowId, lastEventId }));
    const frames = await readAll(response);
    expect(frames.map(({ event }) => event)).toEqual(['connected', 'serialized-error']);
    expect(frames.slice(1).map(read)).toMatchObject([
      { data: { code: trpcCode, error: { code, docs: `docs/errors/${code}.md` } } },
    ]);
  });

  test('a draining server answers SERVICE_UNAVAILABLE, never `return`', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const frames = readFrames(
      await started.api.fetch(subscribe({ workflowId: testLog.workflowId })),
    );
    await frames.next();
    await frames.next();
    const next = frames.next();
    started.api.drain();
    const last = (await next).value;
    expect(last?.event).toBe('serialized-error');
    expect(last && read(last)).toMatchObject({
      data: { code: 'SERVICE_UNAVAILABLE', error: { code: 'draining' } },
    });
    expect((await frames.next()).done).toBe(true);
    expect(started.fanOut.tailCount).toBe(0);
    expect(started.errors).toEqual([]);
  });

  test('E17: an unexpected error is sent without internals, and reported on the server', async () => {
    const log = createMemoryEventLog({});
    const failure = new Error('SELECT secret FROM table');
    vi.spyOn(log, 'get').mockRejectedValue(failure);
    await using started = startApi({ log });
    const response = await started.api.fetch(subscribe({ workflowId: 'wf_zzzzzzzzzzzzzzzz' }));
    const body = await response.text();
    expect(body).toContain('INTERNAL_SERVER_ERROR');
    expect(body).not.toMatch(/secret|stack|\.ts/);
    expect(started.errors).toEqual([failure]);
  });

  test('an unavailable store is SERVICE_UNAVAILABLE, and clients retry', async () => {
    const log = createMemoryEventLog({});
    vi.spyOn(log, 'get').mockRejectedValue(new EventLogError('unavailable', 'ECONNREFUSED'));
    await using started = startApi({ log });
    const response = await started.api.fetch(subscribe({ workflowId: 'wf_zzzzzzzzzzzzzzzz' }));
    const [, error] = await readAll(response);
    expect(error && read(error)).toMatchObject({
      data: { code: 'SERVICE_UNAVAILABLE', error: { code: 'unavailable' } },
    });
  });

  test('A13: a client that leaves is not an error, and leaves nothing behind', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    const disconnect = new AbortController();
    const request = new Request(subscribe({ workflowId: testLog.workflowId }), {
      signal: disconnect.signal,
    });
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
});
