import { makeToken, TestLog } from '@runtape/testing';
import { parse } from 'superjson';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from './eventually.ts';
import { readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';

const THREAD = 'thread-1';

function subscribe(input: object, init: RequestInit = {}): Request {
  const query = encodeURIComponent(JSON.stringify({ json: input }));
  return new Request(`http://127.0.0.1/trpc/onThreadEvents?input=${query}`, init);
}

const dataSchema = z.looseObject({ workflowId: z.string(), id: z.string() });

/** Reads a thread as a tRPC client does. */
async function follow({ api }: ReturnType<typeof startApi>, headers: Record<string, string> = {}) {
  const disconnect = new AbortController();
  const request = subscribe({ threadId: THREAD }, { headers, signal: disconnect.signal });
  const frames = readFrames(await api.fetch(request));
  expect((await frames.next()).value).toMatchObject({ event: 'connected' });
  return {
    next: async () => {
      const { value } = await frames.next();
      return { cursor: value?.id ?? '', data: dataSchema.parse(parse(value?.data ?? '')) };
    },
    leave: async () => {
      disconnect.abort();
      await frames.return().catch(() => {});
    },
  };
}

describe('C4: onThreadEvents over the wire', () => {
  test('C4: every value is tracked by a cursor of the thread, and a client can continue after it', async () => {
    await using started = startApi();
    const ended = await TestLog.endedIn(started.log, THREAD, 'a', 'b');
    const running = await TestLog.create(started.log, { threadId: THREAD });
    await running.status('1');
    const first = await follow(started);
    const got = [await first.next(), await first.next(), await first.next()];
    expect(got.map(({ data }) => data)).toContainEqual({
      workflowId: ended.workflowId,
      id: ended.idOf(2),
      message: makeToken('ab'),
    });
    const idsOf = (list: typeof got) => list.map(({ data: { id } }) => id);
    await first.leave();
    for (const [index, { cursor }] of got.entries()) {
      const again = await follow(started, { 'Last-Event-ID': cursor });
      const rest = [];
      while (rest.length < got.length - index - 1) rest.push(await again.next());
      expect(idsOf(rest).toSorted()).toEqual(idsOf(got.slice(index + 1)).toSorted());
      await again.leave();
    }
    const last = await follow(started, { 'Last-Event-ID': got[2]?.cursor ?? '' });
    const late = await TestLog.create(started.log, { threadId: THREAD });
    await late.status('joined');
    expect((await last.next()).data).toMatchObject({ workflowId: late.workflowId });
    await last.leave();
    await eventually(() => expect(started.fanOut.tailCount).toBe(0));
  });

  test.for([
    [{ threadId: 'not a thread' }, 'invalid_input'],
    [{ threadId: THREAD, lastEventId: 'k3v9x2ab-17' }, 'malformed_cursor'],
  ] as const)('A11: %o is refused, and not retried', async ([input, code]) => {
    await using started = startApi();
    const frames = readFrames(await started.api.fetch(subscribe(input)));
    await frames.next();
    const { value } = await frames.next();
    expect(value?.event).toBe('serialized-error');
    expect(value?.data).toContain(code);
    expect(value?.data).toContain('BAD_REQUEST');
  });

  test('a server that is about to stop makes its clients reconnect', async () => {
    await using started = startApi();
    const frames = readFrames(await started.api.fetch(subscribe({ threadId: THREAD })));
    await frames.next();
    const next = frames.next();
    await TestLog.create(started.log, { threadId: THREAD });
    await eventually(() => expect(started.fanOut.tailCount).toBe(1));
    started.api.drain();
    const { value } = await next;
    expect(value?.event).toBe('serialized-error');
    expect(value?.data).toContain('SERVICE_UNAVAILABLE');
  });
});
