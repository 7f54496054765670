import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { post } from './requests.ts';
import { damage } from './damage.ts';
import { eventually } from './eventually.ts';
import { readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';

type Started = ReturnType<typeof startApi>;

const TALK = 'talk-1';
const OTHER = 'talk-2';

const frameSchema = z.looseObject({
  subscription: z.string().optional(),
  cursor: z.string().optional(),
  workflowId: z.string().optional(),
  id: z.string().optional(),
  message: z.unknown().optional(),
  error: z.looseObject({ code: z.string() }).optional(),
});

/** Reads `POST /api/events`, one frame at a time. */
async function open({ api }: Started, body: object) {
  const disconnect = new AbortController();
  const response = await api.fetch(
    new Request(post('/api/events', body), { signal: disconnect.signal }),
  );
  expect(response.status).toBe(200);
  const frames = readFrames(response);
  const next = async () => {
    for (;;) {
      const { value } = await frames.next();
      if (value === undefined) throw new Error('The stream has ended.');
      if (value.data === undefined) continue;
      return { event: value.event, ...frameSchema.parse(JSON.parse(value.data)) };
    }
  };
  return {
    next,
    take: async (count: number) => {
      const received = [];
      while (received.length < count) received.push(await next());
      return received;
    },
    [Symbol.asyncDispose]: async () => {
      disconnect.abort();
      await frames.return().catch(() => {});
    },
  };
}

describe('F7 C4: threads in POST /api/events', () => {
  test('F7: threads and workflows share a stream, and each event names its subscription', async () => {
    await using started = startApi();
    const { log } = started;
    const alone = await TestLog.ended(log, 'a');
    const [one, two] = [
      await TestLog.endedIn(log, TALK, 'b'),
      await TestLog.create(log, { threadId: OTHER }),
    ];
    await two.status('here');
    await using reader = await open(started, {
      streams: [{ workflowId: alone.workflowId }],
      threads: [{ threadId: TALK }, { threadId: OTHER, subscription: 'the other', after: null }],
    });
    const received = await reader.take(6);
    const of = (subscription: string | undefined) =>
      received
        .filter((each) => each.subscription === subscription)
        .map(({ event, workflowId, id }) => [event, workflowId, id]);
    expect(of(undefined)).toEqual([
      ['message', alone.workflowId, alone.idOf(1)],
      ['message', alone.workflowId, alone.idOf(2)],
      ['ended', alone.workflowId, undefined],
    ]);
    expect(of(TALK)).toEqual([
      ['message', one.workflowId, one.idOf(1)],
      ['message', one.workflowId, one.idOf(2)],
    ]);
    expect(of('the other')).toEqual([['message', two.workflowId, two.idOf(1)]]);
    // A workflow that joins later is included, and the stream of a thread has no end.
    const late = await TestLog.endedIn(log, TALK, 'late');
    expect((await reader.next()).message).toEqual(makeToken('late'));
    expect(await reader.next()).toMatchObject({
      subscription: TALK,
      workflowId: late.workflowId,
      id: late.idOf(2),
    });
  });

  test('B4: each continues after its own cursor, even two of the same thread', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log, { threadId: TALK });
    for (const step of ['1', '2', '3']) await testLog.status(step);
    const cursors: string[] = [];
    {
      await using reader = await open(started, { threads: [{ threadId: TALK }] });
      for (const { cursor = '' } of await reader.take(3)) cursors.push(cursor);
    }
    await using again = await open(started, {
      threads: [
        { threadId: TALK, subscription: 'first', after: cursors[0] },
        { threadId: TALK, subscription: 'second', after: cursors[1] },
      ],
    });
    const received = await again.take(3);
    const idsOf = (name: string) =>
      received.filter(({ subscription }) => subscription === name).map(({ id }) => id);
    expect(idsOf('first')).toEqual([testLog.idOf(2), testLog.idOf(3)]);
    expect(idsOf('second')).toEqual([testLog.idOf(3)]);
  });

  test('C4: a thread without workflows is waited for', async () => {
    await using started = startApi();
    await using reader = await open(started, { threads: [{ threadId: TALK }] });
    const next = reader.next();
    await eventually(() => expect(started.api.context.metrics.streams.report().open).toBe(1));
    const testLog = await TestLog.endedIn(started.log, TALK, 'x');
    expect(await next).toMatchObject({ subscription: TALK, workflowId: testLog.workflowId });
  });

  test('A11: an invalid thread is refused by itself, and the others continue', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log, { threadId: TALK });
    await testLog.status('1');
    await using before = await open(started, { threads: [{ threadId: TALK }] });
    const { cursor } = await before.next();
    await using reader = await open(started, {
      threads: [
        { threadId: 'no thread at all' },
        { threadId: OTHER, subscription: 'misled', after: cursor },
        { threadId: OTHER, subscription: 'mad', after: 'k3v9x2ab-17' },
        { threadId: TALK },
      ],
    });
    const received = await reader.take(4);
    const codes = received
      .filter(({ event }) => event === 'refused')
      .map(({ subscription, error }) => `${subscription}: ${error?.code}`);
    expect(codes.toSorted()).toEqual([
      'mad: malformed_cursor',
      'misled: malformed_cursor',
      'no thread at all: invalid_input',
    ]);
    expect(received).toContainEqual(expect.objectContaining({ id: testLog.idOf(1) }));
    await testLog.status('2');
    expect(await reader.next()).toMatchObject({ subscription: TALK, id: testLog.idOf(2) });
    expect(started.errors).toEqual([]);
  });

  test('E10: one damaged workflow is reported, the rest of its thread continues, and it is sent once it is repaired', async () => {
    const log = createMemoryEventLog();
    await using started = startApi({ log });
    const [good, bad] = [
      await TestLog.create(log, { threadId: TALK }),
      await TestLog.endedIn(log, TALK, 'b'),
    ];
    await good.status('1');
    const mend = damage(log, bad.workflowId);
    let last: string | undefined;
    {
      await using reader = await open(started, { threads: [{ threadId: TALK }] });
      const received = await reader.take(2);
      expect(received).toContainEqual({
        event: 'refused',
        subscription: TALK,
        workflowId: bad.workflowId,
        error: {
          code: 'internal',
          message: expect.not.stringContaining('secret'),
          docs: 'docs/errors/internal.md',
        },
      });
      await good.status('2');
      const live = await reader.next();
      expect(live).toMatchObject({ workflowId: good.workflowId, id: good.idOf(2) });
      last = live.cursor;
    }
    expect(started.errors).toHaveLength(1);
    mend();
    await using again = await open(started, { threads: [{ threadId: TALK, after: last }] });
    expect((await again.take(2)).map(({ id }) => id)).toEqual([bad.idOf(1), bad.idOf(2)]);
  });

  test('A10: threads that wait for events do not delay others', async () => {
    await using started = startApi();
    const threads = Array.from({ length: 20 }, (_, index) => ({ threadId: `quiet-${index}` }));
    await TestLog.create(started.log, { threadId: 'quiet-0' });
    const testLogs = await Promise.all(
      Array.from({ length: 8 }, () => TestLog.ended(started.log, 'a', 'b')),
    );
    await using reader = await open(started, {
      threads,
      streams: testLogs.map(({ workflowId }) => ({ workflowId })),
    });
    const received = await reader.take(3 * testLogs.length);
    expect(received.filter(({ event }) => event === 'ended')).toHaveLength(testLogs.length);
  });

  test('A13: nothing of its threads remains after the client has left', async () => {
    const store = new MemoryStore();
    const log = createMemoryEventLog({ store });
    await using started = startApi({ log });
    const testLogs = [
      await TestLog.create(log, { threadId: TALK }),
      await TestLog.create(log, { threadId: OTHER }),
    ];
    const isWatched = (threadId: string) =>
      [...store.threadWatchers].some((watchers) => watchers.has(threadId));
    {
      await using reader = await open(started, {
        threads: [{ threadId: TALK }, { threadId: OTHER }],
      });
      for (const testLog of testLogs) {
        await testLog.status('1');
        await reader.next();
      }
      expect([started.fanOut.tailCount, isWatched(TALK), isWatched(OTHER)]).toEqual([
        2,
        true,
        true,
      ]);
    }
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
    expect([isWatched(TALK), isWatched(OTHER)]).toEqual([false, false]);
    expect([...store.watchers].every((watchers) => watchers.isEmpty)).toBe(true);
    await eventually(() => expect(started.api.context.metrics.streams.report().open).toBe(0));
    expect(started.errors).toEqual([]);
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ threadId: `t-${index}` }));
  test.for([
    ['nothing', { streams: [], threads: [] }],
    ['two under one name', { threads: [{ threadId: TALK }, { threadId: TALK }] }],
    ['too many', { threads: many(201) }],
    [
      'too many with the workflows',
      {
        threads: many(150),
        streams: Array.from({ length: 51 }, (_, index) => ({ workflowId: `${index}` })),
      },
    ],
    ['no name', { threads: [{ threadId: TALK, subscription: '' }] }],
    ['a number', { threads: [{ threadId: 7 }] }],
  ] as const)('bad input: %s is refused before any stream opens', async ([, body]) => {
    await using started = startApi();
    const response = await started.api.fetch(post('/api/events', body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_input' } });
  });
});
