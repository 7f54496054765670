import { isEventLogError } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { startRedis } from '@runtape/redis';
import { TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { type ConnectionState, createRuntapeClient } from '../src/index.ts';
import { collect, eventually, seqsOf, startServer } from '@runtape/loopback';

const HEARTBEAT_MS = 250;
/** So many heartbeats of a quiet stream are a second. */
const A_SECOND = 1000 / HEARTBEAT_MS;

/**
 * Everything that comes over one plain connection, in order: heartbeats, and the numbers of events.
 */
async function listenTo(url: string, workflowId: string, heard: string[]): Promise<void> {
  const response = await fetch(`${url}/api/workflows/${workflowId}/events`);
  let rest = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += text;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const seq = /^id: \w+-(\d+)$/m.exec(block)?.[1];
      if (seq !== undefined) heard.push(seq);
      else if (block.startsWith(': ')) heard.push(block.slice(2));
    }
  }
}

const beats = (heard: readonly string[]): number =>
  heard.filter((each) => each === 'heartbeat').length;

/**
 * What is called while Redis is away is refused, or waits for it; either way it did not take place
 * before.
 */
async function appendOnceBack(append: () => Promise<void>): Promise<void> {
  for (let isDone = false; !isDone;) {
    isDone = await append().then(
      () => true,
      (error: unknown) => !isEventLogError(error, 'unavailable'),
    );
  }
}

test('F1: while Redis is unavailable streams stay open with heartbeats, and are live again within a second after it recovers', async () => {
  await using redis = await startRedis({ appendOnly: true });
  await using writing = await openRedisEventLog({ url: redis.url });
  // Its waits between two tries to reconnect are as long as they get.
  await using log = await openRedisEventLog({ url: redis.url, random: () => 0.999 });
  await using server = await startServer({ log, heartbeatMs: HEARTBEAT_MS });
  const testLog = await TestLog.create(writing);
  const heard: string[] = [];
  const plain = listenTo(server.url, testLog.workflowId, heard);
  const states: ConnectionState['state'][] = [];
  const client = createRuntapeClient({ url: server.url });
  const onConnection = ({ state }: ConnectionState): void => void states.push(state);
  const seen = collect(client.follow(testLog.workflowId, { onConnection }));
  await testLog.status('one');
  await eventually(() => expect([heard.at(-1), ...seqsOf(seen.entries)]).toEqual(['1', 1]));

  await redis.kill();
  // Long enough for waits that grow without a bound of less than a second. Nothing comes but
  // heartbeats.
  await eventually(() => expect(beats(heard)).toBeGreaterThanOrEqual(3.5 * A_SECOND));
  expect(heard.filter((each) => each !== 'heartbeat')).toEqual(['1']);
  await redis.restart();
  const before = beats(heard);
  await appendOnceBack(() => testLog.status('two'));
  await eventually(() => expect(heard).toContain('2'));
  expect(beats(heard.slice(0, heard.indexOf('2'))) - before).toBeLessThanOrEqual(A_SECOND);

  await testLog.complete();
  await Promise.all([plain, seen.done]);
  expect(heard.filter((each) => each !== 'heartbeat')).toEqual(['1', '2', '3']);
  expect(seqsOf(seen.entries)).toEqual([1, 2, 3]);
  // All of it over the connections that were open before.
  expect(states).toEqual(['connecting', 'live', 'ended']);
  expect(server.requests).toHaveLength(2);
  expect(server.fanOut.tailCount).toBe(0);
});
