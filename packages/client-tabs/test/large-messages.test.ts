import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { createRuntapeClient } from '@runtape/client';
import { browserOf, type Sharing } from './browser-of-tabs.ts';
import { collect, collectThread, eventually, startServer } from '@runtape/loopback';

const sharingModes: readonly (Sharing | 'a stream of its own')[] = [
  'a stream of its own',
  'a worker',
  'a leading tab',
  'each tab for itself',
];
const TALK = 'talk-1';

const returned = (chars: number) =>
  makeEvent('tool:returned', {
    callId: 'call',
    name: 'dump',
    ok: true,
    summary: 'done',
    output: 'x'.repeat(chars),
    truncated: false,
    durationMs: 1,
  });

async function online(sharing: (typeof sharingModes)[number]) {
  await using starting = new AsyncDisposableStack();
  const log = createMemoryEventLog({});
  const server = starting.use(await startServer({ log, streamAttemptsPerMinute: 1_000_000 }));
  const options = { url: server.url, connectTimeoutMs: 60_000 };
  const client =
    sharing === 'a stream of its own'
      ? createRuntapeClient(options)
      : starting.use(browserOf(sharing, options)).open();
  starting.defer(() => client.close());
  const testLog = await TestLog.create(log, { threadId: TALK });
  const rest = starting.move();
  return { client, testLog, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

describe.each(sharingModes)('F7 A10: large messages over %s', (sharing) => {
  test.each([
    [40, 400_000],
    [4, 10_000_000],
  ])(
    'delivers %i messages of %i characters, to a workflow and a thread follower',
    async (count, chars) => {
      await using at = await online(sharing);
      for (let made = 0; made < count; made += 1) await at.testLog.append(returned(chars));
      await at.testLog.complete();
      const workflow = collect(at.client.follow(at.testLog.workflowId));
      const thread = collectThread(at.client.followThread(TALK));
      thread.done.catch(() => {});
      await workflow.done;
      const ids = workflow.entries.map(({ id }) => id);
      expect(ids).toEqual(ids.map((_, index) => at.testLog.idOf(index + 1)));
      expect(ids.length).toBe(at.testLog.tail);
      await eventually(() => expect(thread.idsOf(at.testLog.workflowId)).toEqual(ids));
    },
  );

  test('a reader that processes one message at a time also receives all of them', async () => {
    await using at = await online(sharing);
    let released = Promise.withResolvers<void>();
    const seen = collect(at.client.follow(at.testLog.workflowId), () => released.promise);
    for (let made = 0; made < 30; made += 1) await at.testLog.append(returned(1_000_000));
    await at.testLog.complete();
    for (let taken = 1; taken <= at.testLog.tail; taken += 1) {
      await eventually(() => expect(seen.entries.length).toBe(taken));
      const before = released;
      released = Promise.withResolvers();
      before.resolve();
    }
    released.resolve();
    await seen.done;
    expect(seen.entries.length).toBe(31);
  });
});
