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

const ways = [
  ['from shared bytes, on its socket', {}],
  ['from shared bytes, by web streams', { toSockets: false }],
  ['by tRPC itself', { sharesTrpcStreams: false }],
] as const;

describe.each(ways)('the router as the vanilla tRPC client reads it, %s', (_way, way) => {
  test('B3 F6: values are tracked, and the subscription ends after the terminal event', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    await using server = await startServer({ log, ...way });
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
    await using server = await startServer({ log: await store.open(), ...way });
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
    await using server = await startServer({ log, heartbeatMs, ...way });
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

  test('A3 B4: history, live, a cut, and on: each once, in order', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    await using server = await startServer({ log, ...way });
    const tape = await Tape.create(log);
    await tape.status('1');
    const seen: string[] = [];
    const done = Promise.withResolvers<void>();
    vanilla(server.url).onWorkflowEvents.subscribe(
      { workflowId: tape.workflowId },
      {
        onData: ({ data }) => seen.push(data.type === 'status' ? data.data.message : data.type),
        onComplete: () => done.resolve(),
        onError: (error) => done.reject(error),
      },
    );
    await eventually(() => expect(seen).toEqual(['1']));
    await tape.status('2');
    await tape.status('3');
    await eventually(() => expect(seen).toEqual(['1', '2', '3']));
    server.cut();
    await tape.status('4');
    await eventually(() => expect(seen).toEqual(['1', '2', '3', '4']));
    await tape.complete();
    await done.promise;
    expect(seen).toEqual(['1', '2', '3', '4', 'workflow:completed']);
    expect(server.requests).toHaveLength(2);
  });

  test('C6: a server that is about to stop brings its clients back, to the next', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    await using server = await startServer({ log, ...way });
    const tape = await Tape.create(log);
    const states: string[] = [];
    const codes: unknown[] = [];
    const subscription = vanilla(server.url).onWorkflowEvents.subscribe(
      { workflowId: tape.workflowId },
      {
        onConnectionStateChange: ({ state, error }) => {
          states.push(state);
          if (error) codes.push(error.data?.code);
        },
      },
    );
    await eventually(() => expect(server.fanOut.readers(tape.workflowId)).toBe(1));
    server.api.drain();
    await eventually(() =>
      expect(states.slice(0, 3)).toEqual(['connecting', 'pending', 'connecting']),
    );
    expect(codes[0]).toBe('SERVICE_UNAVAILABLE');
    subscription.unsubscribe();
  });
});
