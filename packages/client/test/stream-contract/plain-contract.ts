import { TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { eventually, startCuttingProxy } from '@runtape/loopback';
import type { OpenClient } from './contract-client.ts';
import { idsOf, LARGE_TEXT, MIDDLE_OF_LARGE, pingsOf, textsOf } from './received.ts';
import type { Received, StreamRequest } from './stream-client.ts';
import { plainModes, serve } from './delivery-modes.ts';

const END: Received = { kind: 'end' };
const events = ['status', 'token', 'workflow:completed'];
const workflow = ({ workflowId }: TestLog): StreamRequest => ({
  by: 'EventSource',
  path: `/api/workflows/${workflowId}/events`,
  events,
});
const thread = (threadId: string): StreamRequest => ({
  by: 'EventSource',
  path: `/api/threads/${threadId}/events`,
  events,
});
const shared = (body: object): StreamRequest => ({ by: 'POST', path: '/api/events', body });

/** Declares the tests of clients that use only the web platform, in every delivery mode. */
export function testPlainContract(openClient: OpenClient): void {
  describe.concurrent.each(plainModes)('an EventSource of a workflow, $name', (mode) => {
    test('B1 E12: every event can be read before the next one is written, and it does not reconnect after the last', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      await testLog.status('past');
      await using client = await openClient(server.url);
      const stream = await client.open(workflow(testLog));
      await eventually(() => expect(textsOf(stream)).toEqual(['past']));
      const texts = ['short', 'long '.repeat(5000), LARGE_TEXT, 'short again'];
      for (const [index, text] of texts.entries()) {
        await testLog.status(text);
        await eventually(() => expect(textsOf(stream).length).toBe(index + 2));
      }
      expect(textsOf(stream)).toEqual(['past', ...texts]);
      await testLog.complete();
      await eventually(() => expect(stream.received.at(-1)).toEqual(END));
      expect(idsOf(stream)).toEqual([1, 2, 3, 4, 5, 6].map((seq) => testLog.idOf(seq)));
      expect(server.streams.map(({ lastEventId }) => lastEventId)).toEqual([null, testLog.idOf(6)]);
    });

    test('B4 E12: cut between two events, and in the middle of one: each is received once and complete', async () => {
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
      const stream = await client.open(workflow(testLog));
      await eventually(() => expect(textsOf(stream)).toEqual(['first']));
      await testLog.status(LARGE_TEXT);
      await eventually(() => expect(textsOf(stream)).toEqual(['first', LARGE_TEXT]));
      server.cut();
      await testLog.status('last');
      await eventually(() => expect(textsOf(stream)).toEqual(['first', LARGE_TEXT, 'last']));
      expect(server.streams.map(({ lastEventId }) => lastEventId)).toEqual([
        null,
        testLog.idOf(1),
        testLog.idOf(2),
      ]);
      await stream.leave();
      await eventually(() => expect(server.fanOut.tailCount).toBe(0));
    });
  });

  describe.concurrent.each(plainModes)('an EventSource of a thread, $name', (mode) => {
    test('C4 B4: receives the past, new events and new members; after a cut it continues after its cursor', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const threadId = 'talk-1';
      await TestLog.endedIn(log, threadId, 'past');
      const first = await TestLog.create(log, { threadId });
      await using client = await openClient(server.url);
      const stream = await client.open(thread(threadId));
      await eventually(() => expect(textsOf(stream)).toEqual(['past']));
      await first.status('live');
      await eventually(() => expect(textsOf(stream)).toEqual(['past', 'live']));
      const joins = await TestLog.create(log, { threadId });
      await joins.status('joined');
      await eventually(() => expect(textsOf(stream)).toEqual(['past', 'live', 'joined']));
      const last = idsOf(stream).at(-1);
      server.cut();
      await first.status('after the cut');
      await eventually(() => expect(textsOf(stream)).toHaveLength(4));
      expect(textsOf(stream).at(-1)).toBe('after the cut');
      expect(server.streams.map(({ lastEventId }) => lastEventId)).toEqual([null, last]);
      await stream.leave();
      await eventually(() =>
        expect([server.fanOut.tailCount, server.answering.size]).toEqual([0, 0]),
      );
    });
  });

  describe.concurrent.each(plainModes)('the shared stream, $name', (mode) => {
    test('F7: carries workflows and threads, late and live, to the end; a refused one does not affect the others', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const [late, live] = [await TestLog.ended(log, 'late'), await TestLog.create(log)];
      const member = await TestLog.create(log, { threadId: 'talk-1' });
      await using client = await openClient(server.url);
      const unknown = 'wf_zzzzzzzzzzzzzzzz';
      const streams = [late.workflowId, unknown, live.workflowId].map((workflowId) => ({
        workflowId,
      }));
      const both = await client.open(shared({ streams, threads: [{ threadId: 'talk-1' }] }));
      await eventually(() => expect(textsOf(both)).toEqual(['late']));
      await eventually(() => expect(JSON.stringify(both.received)).toContain('unknown_workflow'));
      await live.status('live');
      await eventually(() => expect(textsOf(both)).toEqual(['late', 'live']));
      await member.status('of the thread');
      await eventually(() => expect(textsOf(both)).toEqual(['late', 'live', 'of the thread']));
      await both.leave();
      await eventually(() =>
        expect([server.fanOut.tailCount, server.answering.size]).toEqual([0, 0]),
      );

      // Without a thread the stream ends when its workflows end.
      const ending = await client.open(shared({ streams }));
      await live.complete();
      await eventually(() => expect(ending.received.at(-1)).toEqual(END));
      const names = ending.received.flatMap((each) => (each.kind === 'event' ? [each.event] : []));
      expect(names.filter((name) => name === 'message')).toHaveLength(4);
      expect(names.filter((name) => name !== 'message').toSorted()).toEqual([
        'ended',
        'ended',
        'refused',
      ]);
    });

    test('F7 E12: cut in the middle of an event, it is requested again with its cursors, and nothing is lost or doubled', async () => {
      await using served = await serve(mode);
      const { log, server } = served;
      const [one, two] = [await TestLog.create(log), await TestLog.create(log)];
      await one.status('one');
      await two.status('two');
      await using proxy = await startCuttingProxy({
        target: server.url,
        cuts: [MIDDLE_OF_LARGE],
        pieceBytes: 1000,
      });
      await using client = await openClient(proxy.url);
      const streams = [one, two].map(({ workflowId }) => ({ workflowId }));
      const broken = await client.open(shared({ streams }));
      await eventually(() => expect(textsOf(broken).toSorted()).toEqual(['one', 'two']));
      await two.status(LARGE_TEXT);
      await eventually(() => expect(broken.received.at(-1)).toMatchObject({ kind: 'error' }));
      expect(textsOf(broken)).toHaveLength(2);
      const again = await client.open(
        shared({
          streams: [one, two].map((testLog) => ({
            workflowId: testLog.workflowId,
            after: testLog.idOf(1),
          })),
        }),
      );
      await eventually(() => expect(textsOf(again)).toEqual([LARGE_TEXT]));
      await one.complete();
      await two.complete();
      await eventually(() => expect(again.received.at(-1)).toEqual(END));
    });

    test('C5 A13: sends heartbeats while it is quiet, and the server notices when its client disconnects', async () => {
      await using served = await serve(mode, { heartbeatMs: 200 });
      const { log, server } = served;
      const testLog = await TestLog.create(log);
      const client = await openClient(server.url);
      const { workflowId } = testLog;
      const stream = await client.open(shared({ streams: [{ workflowId }] }));
      await eventually(() => expect(pingsOf(stream)).toBeGreaterThan(2));
      await client[Symbol.asyncDispose]();
      await eventually(() =>
        expect([server.fanOut.tailCount, server.answering.size]).toEqual([0, 0]),
      );
      expect(server.errors).toEqual([]);
    });
  });
}
