import { createTRPCClient, httpSubscriptionLink } from '@trpc/client';
import type { AppRouter } from '@runtape/api';
import { makeEvent } from '@runtape/testing';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import { describe, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { startServer } from './start-server.ts';
import { memoryStore } from './stores.ts';
import { Tape } from '@runtape/testing';

/** A client somebody writes who knows tRPC and superjson, and nothing of ours. */
function vanilla(url: string, Source: typeof EventSource = EventSource) {
  return createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({ url: `${url}/trpc`, transformer: superjson, EventSource: Source }),
    ],
  });
}

describe('the router as the vanilla tRPC client reads it', () => {
  test('B3 F6: values are tracked, and the subscription ends after the terminal event', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    await using server = await startServer({ log });
    const tape = await Tape.create(log);
    const called = makeEvent('tool:called', {
      callId: 'c1',
      name: 'search',
      arguments: { constructor: 'x', nested: { prototype: null } },
    });
    await tape.append(called);
    await tape.complete();
    const seen: unknown[] = [];
    for await (const { id, data } of vanilla(server.url).onWorkflowEvents.subscribe({
      workflowId: tape.workflowId,
    })) {
      seen.push([id, data]);
    }
    expect(seen).toMatchObject([
      [tape.idOf(1), called],
      [tape.idOf(2), { type: 'workflow:completed' }],
    ]);
  });

  test.each([
    ['A11: an unknown workflow', 'wf_zzzzzzzzzzzzzzzz', null, 'NOT_FOUND'],
    ['a malformed cursor', 'wf_zzzzzzzzzzzzzzzz', 'seventeen', 'BAD_REQUEST'],
  ])('%s reaches onError and is not tried again', async (_name, workflowId, lastEventId, code) => {
    await using store = await memoryStore();
    await using server = await startServer({ log: await store.open() });
    const failed = Promise.withResolvers<unknown>();
    vanilla(server.url).onWorkflowEvents.subscribe(
      { workflowId, lastEventId },
      { onError: ({ data }) => failed.resolve(data?.code) },
    );
    expect(await failed.promise).toBe(code);
    await eventually(() => expect(server.answering.size).toBe(0));
    expect(server.requests).toHaveLength(1);
  });

  test('C5: heartbeats keep a quiet stream on one connection', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    const heartbeatMs = 200;
    await using server = await startServer({ log, heartbeatMs });
    const tape = await Tape.create(log);
    const states: string[] = [];
    let pings = 0;
    class Counting extends EventSource {
      constructor(...given: ConstructorParameters<typeof EventSource>) {
        super(...given);
        this.addEventListener('ping', () => (pings += 1));
      }
    }
    const subscription = vanilla(server.url, Counting).onWorkflowEvents.subscribe(
      { workflowId: tape.workflowId },
      { onConnectionStateChange: ({ state }) => states.push(state) },
    );
    // Longer than the client would wait in silence.
    await eventually(() => expect(pings).toBeGreaterThan(4));
    expect(states).toEqual(['connecting', 'pending']);
    expect(server.requests).toHaveLength(1);
    subscription.unsubscribe();
    await eventually(() => expect(server.fanOut.tails).toBe(0));
  });
});
