import { createJwtAccounts, signUserToken } from '@runtape/server';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { eventually, startCuttingProxy } from '@runtape/loopback';
import type { OpenClient, OpenStream } from './contract-client.ts';
import {
  errorsOf,
  idsOf,
  LARGE_TEXT,
  MIDDLE_OF_LARGE,
  pingsOf,
  statesOf,
  textsOf,
} from './received.ts';
import type { StreamRequest } from './stream-client.ts';
import { serve, trpcModes } from './delivery-modes.ts';

const secret = 'a secret of at least thirty-two characters';
const createToken = async (userId: string) =>
  await signUserToken({ userId, seesAll: false, until: Date.now() + 600_000 }, { secret });

const toWorkflow = (input: object): StreamRequest => ({
  by: 'trpc',
  procedure: 'onWorkflowEvents',
  input,
});
const toThread = (input: object): StreamRequest => ({
  by: 'trpc',
  procedure: 'onThreadEvents',
  input,
});
const ended = (stream: OpenStream) =>
  eventually(() => expect(stream.received.at(-1)).toEqual({ kind: 'end' }));

/** Declares the tests of the unchanged client of tRPC, in every delivery mode. */
export function testTrpcContract(openClient: OpenClient): void {
  describe.concurrent.each(trpcModes)('onWorkflowEvents, $name', (mode) => {
    test('A3 F6: a late client gets every event, tracked by its id, and then the end', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      const called = makeEvent('tool:called', {
        callId: 'c1',
        name: 'search',
        arguments: { constructor: 'x', nested: { prototype: null } },
      });
      await testLog.append(called, makeToken('text 😀\u2028'));
      await testLog.complete();
      await using client = await openClient(server.url);
      const stream = await client.open(toWorkflow({ workflowId: testLog.workflowId }));
      await ended(stream);
      expect(stream.received.filter(({ kind }) => kind === 'event')).toMatchObject([
        { id: testLog.idOf(1), data: called },
        { id: testLog.idOf(2), data: { type: 'token', data: { content: 'text 😀\u2028' } } },
        { id: testLog.idOf(3), data: { type: 'workflow:completed' } },
      ]);
      await eventually(() => expect(server.answering.size).toBe(0));
      expect(server.streams).toHaveLength(1);
    });

    test('A3 E12: live, every event can be read before the next one is written', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      await testLog.status('past');
      await using client = await openClient(server.url);
      const stream = await client.open(toWorkflow({ workflowId: testLog.workflowId }));
      await eventually(() => expect(textsOf(stream)).toEqual(['past']));
      const texts = ['short', 'long '.repeat(5000), LARGE_TEXT, 'short again'];
      for (const [index, text] of texts.entries()) {
        await testLog.status(text);
        await eventually(() => expect(textsOf(stream).length).toBe(index + 2));
      }
      expect(textsOf(stream)).toEqual(['past', ...texts]);
      await testLog.complete();
      await ended(stream);
      expect(server.streams).toHaveLength(1);
    });

    test('A3 B4: after a cut it continues after its last event, each once, in order', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      await testLog.status('1');
      await using client = await openClient(server.url);
      const stream = await client.open(toWorkflow({ workflowId: testLog.workflowId }));
      await eventually(() => expect(textsOf(stream)).toEqual(['1']));
      await testLog.status('2');
      await eventually(() => expect(textsOf(stream)).toEqual(['1', '2']));
      server.cut();
      await testLog.status('3');
      await eventually(() => expect(textsOf(stream)).toEqual(['1', '2', '3']));
      await testLog.complete();
      await ended(stream);
      expect(idsOf(stream)).toEqual([1, 2, 3, 4].map((seq) => testLog.idOf(seq)));
      expect(server.streams.map(({ lastEventId }) => lastEventId)).toEqual([null, testLog.idOf(2)]);
      expect(statesOf(stream).slice(0, 4)).toEqual([
        'connecting',
        'pending',
        'connecting',
        'pending',
      ]);
    });

    test('B4 E12: an event that a broken connection delivered in part is not seen, and then all of it, once', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      await testLog.status('first');
      await using proxy = await startCuttingProxy({
        target: server.url,
        cuts: [MIDDLE_OF_LARGE],
        pieceBytes: 1000,
      });
      await using client = await openClient(proxy.url);
      const stream = await client.open(toWorkflow({ workflowId: testLog.workflowId }));
      await eventually(() => expect(textsOf(stream)).toEqual(['first']));
      await testLog.status(LARGE_TEXT);
      await eventually(() => expect(server.streams).toHaveLength(2));
      await testLog.status('last');
      await testLog.complete();
      await ended(stream);
      expect(textsOf(stream)).toEqual(['first', LARGE_TEXT, 'last']);
      expect(server.streams.map(({ lastEventId }) => lastEventId)).toEqual([null, testLog.idOf(1)]);
    });

    test.each([
      ['A11: an unknown workflow', { workflowId: 'wf_zzzzzzzzzzzzzzzz' }, 'NOT_FOUND'],
      ['A11: an invalid workflow id', { workflowId: 'x y' }, 'NOT_FOUND'],
      [
        'a malformed cursor',
        { workflowId: 'wf_zzzzzzzzzzzzzzzz', lastEventId: 'seventeen' },
        'BAD_REQUEST',
      ],
      ['an input of the wrong type', { workflowId: 7 }, 'BAD_REQUEST'],
      [
        'types that are not a list',
        { workflowId: 'wf_zzzzzzzzzzzzzzzz', types: 'all' },
        'BAD_REQUEST',
      ],
    ])('%s reaches onError, and is not retried', async (_name, input, code) => {
      await using served = await serve(mode);
      const { server } = served;
      await using client = await openClient(server.url);
      const stream = await client.open(toWorkflow(input));
      await eventually(() => expect(errorsOf(stream)).toEqual([code]));
      await eventually(() => expect(server.answering.size).toBe(0));
      expect(server.streams).toHaveLength(1);
      expect(JSON.stringify(stream.received)).not.toContain('at ');
    });

    test("A11 C8: anonymous and other users are refused, and the workflow's owner reads it", async () => {
      await using served = await serve(mode, { accounts: createJwtAccounts({ secret }) });
      const { log, server } = served;
      const testLog = await TestLog.create(log, { owner: 'ann' });
      await testLog.status('for Ann');
      await testLog.complete();
      const request = toWorkflow({ workflowId: testLog.workflowId });
      await using nobody = await openClient(server.url);
      await using ben = await openClient(server.url);
      await using ann = await openClient(server.url);
      await ben.signIn(await createToken('ben'));
      await ann.signIn(await createToken('ann'));
      const [refused, hidden, read] = [
        await nobody.open(request),
        await ben.open(request),
        await ann.open(request),
      ];
      await eventually(() => expect(errorsOf(refused)).toEqual(['UNAUTHORIZED']));
      await eventually(() => expect(errorsOf(hidden)).toEqual(['NOT_FOUND']));
      await ended(read);
      expect(textsOf(read)).toEqual(['for Ann']);
      expect([...textsOf(refused), ...textsOf(hidden)]).toEqual([]);
    });

    test('C5: heartbeats keep a quiet stream on one connection', async () => {
      await using served = await serve(mode, { heartbeatMs: 2000 });
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      await using client = await openClient(server.url);
      const stream = await client.open(toWorkflow({ workflowId: testLog.workflowId }));
      // Longer than the client waits on a silent connection.
      await eventually(() => expect(pingsOf(stream)).toBeGreaterThan(3));
      expect(statesOf(stream)).toEqual(['connecting', 'pending']);
      expect(server.streams).toHaveLength(1);
    });

    test('A13: the server notices immediately when a client unsubscribes or disconnects', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      await using stays = await openClient(server.url);
      const goes = await openClient(server.url);
      const request = toWorkflow({ workflowId: testLog.workflowId });
      const stream = await stays.open(request);
      await goes.open(request);
      await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(2));
      await stream.leave();
      await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(1));
      await goes[Symbol.asyncDispose]();
      await eventually(() => expect(server.fanOut.tailCount).toBe(0));
      await eventually(() => expect(server.answering.size).toBe(0));
      expect(server.errors).toEqual([]);
    });

    test('C6: a server that is about to stop makes its clients reconnect to the next one', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      await using client = await openClient(server.url);
      const stream = await client.open(toWorkflow({ workflowId: testLog.workflowId }));
      await eventually(() => expect(server.fanOut.readerCount(testLog.workflowId)).toBe(1));
      server.api.drain();
      await eventually(() =>
        expect(stream.received.filter(({ kind }) => kind === 'state').slice(0, 3)).toMatchObject([
          { state: 'connecting', code: null },
          { state: 'pending' },
          { state: 'connecting', code: 'SERVICE_UNAVAILABLE' },
        ]),
      );
    });

    // The server of tRPC sends no `retry:`.
    const sendsRetry = mode.options.sharesTrpcStreams !== false;
    const why = sendsRetry ? '' : ' (not here: tRPC itself sends no retry)';
    test.runIf(sendsRetry)(
      `C6: a client reconnects at the time the server gave, and not before${why}`,
      async () => {
        // The server asks for 4 seconds; the default of clients is 3.
        await using served = await serve(mode, { random: () => 1.5 });
        const { log, server } = served;
        const testLog = await TestLog.create(log);
        await using client = await openClient(server.url);
        const stream = await client.open(toWorkflow({ workflowId: testLog.workflowId }));
        await testLog.status('1');
        await eventually(() => expect(textsOf(stream)).toEqual(['1']));
        const cutAt = performance.now();
        server.cut();
        await eventually(() => expect(server.streams).toHaveLength(2));
        expect((server.streams[1]?.at ?? 0) - cutAt).toBeGreaterThan(3900);
      },
    );
  });

  describe.concurrent.each(trpcModes)('onThreadEvents, $name', (mode) => {
    test('C4: the past of every workflow, then new events, also of workflows that join; after a cut each continues, once', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const threadId = 'talk-1';
      await TestLog.endedIn(log, threadId, 'past');
      const open = await TestLog.create(log, { threadId });
      await open.status('open');
      await using client = await openClient(server.url);
      const stream = await client.open(toThread({ threadId }));
      await eventually(() => expect(textsOf(stream).toSorted()).toEqual(['open', 'past']));
      const joins = await TestLog.create(log, { threadId });
      await joins.status('joined');
      await eventually(() => expect(textsOf(stream)).toContain('joined'));
      await open.status('live');
      await eventually(() => expect(textsOf(stream)).toContain('live'));
      const last = idsOf(stream).at(-1);
      server.cut();
      await joins.status('after the cut');
      await open.complete();
      await eventually(() => expect(idsOf(stream)).toHaveLength(7));
      expect(textsOf(stream).toSorted()).toEqual([
        'after the cut',
        'joined',
        'live',
        'open',
        'past',
      ]);
      expect(textsOf(stream).filter((text) => text === 'open' || text === 'live')).toEqual([
        'open',
        'live',
      ]);
      expect(server.streams.map(({ lastEventId }) => lastEventId)).toEqual([null, last]);
      await stream.leave();
      await eventually(() =>
        expect([server.fanOut.tailCount, server.answering.size]).toEqual([0, 0]),
      );
    });

    test.each([
      ['a malformed cursor', { threadId: 'talk-1', lastEventId: 'seventeen' }, 'BAD_REQUEST'],
      ['an invalid thread id', { threadId: 'a b' }, 'BAD_REQUEST'],
      ['an input of the wrong type', { threadId: 7 }, 'BAD_REQUEST'],
    ])('%s reaches onError, and is not retried', async (_name, input, code) => {
      await using served = await serve(mode);
      const { server } = served;
      await using client = await openClient(server.url);
      const stream = await client.open(toThread(input));
      await eventually(() => expect(errorsOf(stream)).toEqual([code]));
      await eventually(() => expect(server.answering.size).toBe(0));
      expect(server.streams).toHaveLength(1);
    });

    test('A11 C8: anonymous and other users are refused, and a server that is about to stop makes the owner reconnect', async () => {
      await using served = await serve(mode, { accounts: createJwtAccounts({ secret }) });
      const { log, server } = served;
      const testLog = await TestLog.create(log, { threadId: 'talk-1', owner: 'ann' });
      await testLog.status('for Ann');
      const request = toThread({ threadId: 'talk-1' });
      await using nobody = await openClient(server.url);
      await using ben = await openClient(server.url);
      await using ann = await openClient(server.url);
      await ben.signIn(await createToken('ben'));
      await ann.signIn(await createToken('ann'));
      const [refused, hidden, read] = [
        await nobody.open(request),
        await ben.open(request),
        await ann.open(request),
      ];
      await eventually(() => expect(errorsOf(refused)).toEqual(['UNAUTHORIZED']));
      await eventually(() => expect(errorsOf(hidden)).toEqual(['FORBIDDEN']));
      await eventually(() => expect(textsOf(read)).toEqual(['for Ann']));
      server.api.drain();
      await eventually(() =>
        expect(read.received).toContainEqual({
          kind: 'state',
          state: 'connecting',
          code: 'SERVICE_UNAVAILABLE',
        }),
      );
    });
  });
}
