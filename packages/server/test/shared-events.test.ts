import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { damage } from './damage.ts';
import { eventually } from './eventually.ts';
import { type Frame, readAll, readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';

type Started = ReturnType<typeof startApi>;

function post(body: unknown, init: RequestInit = {}): Request {
  return new Request('http://127.0.0.1/api/events', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}

const ask = async ({ api }: Started, streams: readonly object[], init: RequestInit = {}) =>
  await api.fetch(post({ streams }, init));

const partSchema = z.looseObject({ workflowId: z.string(), id: z.string().optional() });
/** The event name, workflow and event id of each frame. */
const partsOf = (frames: readonly Frame[]) =>
  frames
    .filter(({ event }) => event !== undefined)
    .map(({ event, data }) => {
      const { workflowId, id } = partSchema.parse(JSON.parse(data ?? ''));
      return id === undefined ? [event, workflowId] : [event, workflowId, id];
    });

const UNKNOWN = 'wf_00000000unknown0';

describe('F7: POST /api/events', () => {
  test('F7: many workflows share one connection, each with all its events in order, and it ends with the last', async () => {
    await using started = startApi({ random: () => 0.5 });
    const { log } = started;
    const testLogs = [await TestLog.ended(log, 'a', 'b'), await TestLog.ended(log, 'c')];
    const running = await TestLog.create(log);
    await running.status('1');
    const response = await ask(
      started,
      [...testLogs, running].map(({ workflowId }) => ({
        workflowId,
        after: null,
        replay: 'events',
      })),
    );
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const reading = readAll(response);
    await eventually(() => expect(started.fanOut.readerCount(running.workflowId)).toBe(1));
    await running.complete();
    const frames = await reading;
    expect(frames[0]).toMatchObject({ retry: '2000' });
    expect(frames.every(({ id }) => id === undefined)).toBe(true);
    const parts = partsOf(frames);
    for (const testLog of testLogs) {
      const { workflowId, tail } = testLog;
      expect(parts.filter(([, id]) => id === workflowId)).toEqual([
        ['message', workflowId, testLog.idOf(tail - 1)],
        ['message', workflowId, testLog.idOf(tail)],
        ['ended', workflowId],
      ]);
    }
    expect(parts.slice(-2)).toEqual([
      ['message', running.workflowId, running.idOf(2)],
      ['ended', running.workflowId],
    ]);
    const message = frames.find(({ data }) => data?.includes(testLogs[0]?.idOf(2) ?? ''));
    expect(JSON.parse(message?.data ?? '')).toEqual({
      workflowId: testLogs[0]?.workflowId,
      id: testLogs[0]?.idOf(2),
      message: makeToken('ab'),
    });
  });

  test('F7: each continues after its own cursor; one that was read to its end is ended immediately', async () => {
    await using started = startApi();
    const { log } = started;
    const [first, second] = [await TestLog.ended(log, 'a', 'b'), await TestLog.ended(log, 'c')];
    const response = await ask(started, [
      { workflowId: first.workflowId, after: first.idOf(2) },
      { workflowId: second.workflowId, after: second.idOf(2) },
    ]);
    const parts = partsOf(await readAll(response));
    expect(parts).toHaveLength(3);
    expect(parts).toContainEqual(['message', first.workflowId, first.idOf(3)]);
    expect(parts).toContainEqual(['ended', first.workflowId]);
    expect(parts).toContainEqual(['ended', second.workflowId]);
  });

  test('F3 F2: each chooses its replay, and one whose cursor does not fit is reset', async () => {
    await using started = startApi();
    const { log } = started;
    const [state, reset] = [await TestLog.ended(log, 'a', 'b'), await TestLog.ended(log, 'c')];
    const response = await ask(started, [
      { workflowId: state.workflowId, after: null, replay: 'snapshot' },
      { workflowId: reset.workflowId, after: reset.idOf(99) },
    ]);
    const frames = (await readAll(response)).filter(({ event }) => event === 'message');
    const messages = frames.map(({ data }) => z.looseObject({}).parse(JSON.parse(data ?? '')));
    expect(messages).toContainEqual(
      expect.objectContaining({ message: expect.objectContaining({ type: 'workflow:state' }) }),
    );
    expect(messages).toContainEqual(
      expect.objectContaining({
        workflowId: reset.workflowId,
        message: expect.objectContaining({ type: 'reset' }),
      }),
    );
  });

  test('E15: each chooses its types', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('left out');
    await testLog.append(makeToken('x'));
    await testLog.status('left out');
    await testLog.complete();
    const { workflowId } = testLog;
    const parts = partsOf(
      await readAll(await ask(started, [{ workflowId, after: null, types: ['token'] }])),
    );
    expect(parts).toEqual([
      ['message', workflowId, testLog.idOf(2)],
      ['message', workflowId, testLog.idOf(4)],
      ['ended', workflowId],
    ]);
  });

  test('E10: an unknown workflow is refused, and the others continue', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a');
    const response = await ask(started, [
      { workflowId: UNKNOWN, after: null },
      { workflowId: 'no id at all\n', after: null },
      { workflowId: testLog.workflowId, after: null },
    ]);
    expect(response.status).toBe(200);
    const frames = await readAll(response);
    const refused = frames
      .filter(({ event }) => event === 'refused')
      .map(({ data }) => z.looseObject({ workflowId: z.string() }).parse(JSON.parse(data ?? '')));
    expect(refused.map(({ workflowId }) => workflowId).toSorted()).toEqual([
      'no id at all\n',
      UNKNOWN,
    ]);
    for (const { error } of refused) {
      expect(error).toEqual({
        code: 'unknown_workflow',
        message: expect.any(String),
        docs: 'docs/errors/unknown_workflow.md',
      });
    }
    expect(partsOf(frames)).toContainEqual(['ended', testLog.workflowId]);
    expect(started.errors).toEqual([]);
  });

  test('E10: a workflow with a damaged log is refused without details, which the server reports', async () => {
    const log = createMemoryEventLog();
    await using started = startApi({ log });
    const [good, bad] = [await TestLog.ended(log, 'a'), await TestLog.ended(log, 'b')];
    damage(log, bad.workflowId);
    const frames = await readAll(
      await ask(
        started,
        [good, bad].map(({ workflowId }) => ({ workflowId, after: null })),
      ),
    );
    const parts = partsOf(frames);
    expect(parts).toContainEqual(['refused', bad.workflowId]);
    expect(parts).toContainEqual(['ended', good.workflowId]);
    expect(JSON.stringify(frames)).not.toContain('secret');
    expect(started.errors).toHaveLength(1);
  });

  test('A10: a workflow with a long history does not delay the others', async () => {
    await using started = startApi();
    const { log } = started;
    const heavy = await TestLog.create(log);
    const text = 'x'.repeat(60_000);
    for (let round = 0; round < 20; round += 1) {
      await heavy.append(...Array.from({ length: 20 }, () => makeToken(text)));
    }
    const light = [await TestLog.ended(log, 'a'), await TestLog.ended(log, 'b')];
    const disconnect = new AbortController();
    const frames = readFrames(
      await ask(
        started,
        [heavy, ...light].map(({ workflowId }) => ({ workflowId, after: null })),
        { signal: disconnect.signal },
      ),
    );
    const seen: Frame[] = [];
    while (seen.filter(({ event }) => event === 'ended').length < 2) {
      const { value } = await frames.next();
      if (value === undefined) throw new Error('The stream has ended.');
      seen.push(value);
    }
    // Both arrived before a fifth of the 400 entries of the long one.
    expect(seen.length).toBeLessThan(80);
    disconnect.abort();
    await frames.return().catch(() => {});
  });

  test('C5: a quiet stream has heartbeats', async () => {
    await using started = startApi({ heartbeatMs: 5 });
    const testLog = await TestLog.create(started.log);
    const disconnect = new AbortController();
    const frames = readFrames(
      await ask(started, [{ workflowId: testLog.workflowId, after: null }], {
        signal: disconnect.signal,
      }),
    );
    await frames.next();
    expect((await frames.next()).value).toMatchObject({ comment: 'heartbeat' });
    disconnect.abort();
    await frames.return().catch(() => {});
  });

  test('A13: nothing of the stream remains after the client has left', async () => {
    const store = new MemoryStore();
    const log = createMemoryEventLog({ store });
    await using started = startApi({ log });
    const testLogs = await Promise.all(Array.from({ length: 30 }, () => TestLog.create(log)));
    const disconnect = new AbortController();
    const streams = testLogs.map(({ workflowId }) => ({ workflowId, after: null }));
    const frames = readFrames(await ask(started, streams, { signal: disconnect.signal }));
    await frames.next();
    const waiting = frames.next();
    await eventually(() => expect(started.fanOut.tailCount).toBe(30));
    disconnect.abort();
    await waiting.catch(() => {});
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
    expect([...store.watchers].every((watchers) => watchers.isEmpty)).toBe(true);
    await eventually(() => expect(started.api.context.metrics.streams.report().open).toBe(0));
    expect(started.errors).toEqual([]);
  });

  const stream = { workflowId: UNKNOWN, after: null };
  test.for([
    ['invalid JSON', '{', 400, 'invalid_input'],
    ['no streams', {}, 400, 'invalid_input'],
    ['an empty list', { streams: [] }, 400, 'invalid_input'],
    ['a workflow named twice', { streams: [stream, stream] }, 400, 'invalid_input'],
    [
      'too many',
      { streams: Array.from({ length: 201 }, (_, index) => ({ workflowId: `${index}` })) },
      400,
      'invalid_input',
    ],
    ['a number for an id', { streams: [{ workflowId: 7 }] }, 400, 'invalid_input'],
    ['a malformed cursor', { streams: [{ ...stream, after: 'x' }] }, 400, 'malformed_cursor'],
    ['an unknown replay', { streams: [{ ...stream, replay: 'all' }] }, 400, 'invalid_input'],
    [
      'an unknown type',
      { streams: [{ ...stream, types: ['agent:tokens'] }] },
      400,
      'invalid_input',
    ],
    ['too much', `{"streams":[${' '.repeat(3_000_000)}]}`, 413, 'payload_too_large'],
  ] as const)(
    'bad input: %s is refused as JSON before any stream opens',
    async ([, body, status, code]) => {
      await using started = startApi();
      const response = await started.api.fetch(post(body));
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        error: { code, docs: `docs/errors/${code}.md` },
      });
    },
  );

  test('a page of another site cannot send it with a form', async () => {
    await using started = startApi();
    const headers = { 'Content-Type': 'text/plain' };
    const response = await started.api.fetch(post({ streams: [stream] }, { headers }));
    expect(response.status).toBe(415);
  });
});
