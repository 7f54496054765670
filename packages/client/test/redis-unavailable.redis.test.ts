import { isEventLogError } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { startRedis } from '@runtape/redis';
import { TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { type ConnectionState, createRuntapeClient } from '../src/index.ts';
import { collect, eventually, seqsOf, startServer } from '@runtape/loopback';

const HEARTBEAT_MS = 250;
const HEARTBEATS_PER_SECOND = 1000 / HEARTBEAT_MS;

/** Records what one plain connection receives, in order: heartbeats, and the numbers of events. */
async function recordStream(url: string, workflowId: string, received: string[]): Promise<void> {
  const response = await fetch(`${url}/api/workflows/${workflowId}/events`);
  let rest = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += text;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const seq = /^id: \w+-(\d+)$/m.exec(block)?.[1];
      if (seq !== undefined) received.push(seq);
      else if (block.startsWith(': ')) received.push(block.slice(2));
    }
  }
}

const countHeartbeats = (received: readonly string[]): number =>
  received.filter((each) => each === 'heartbeat').length;

/** An append while Redis is unavailable either waits or is refused and has no effect: retry it. */
async function appendUntilAccepted(append: () => Promise<void>): Promise<void> {
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
  // The longest delays between attempts to reconnect.
  await using log = await openRedisEventLog({ url: redis.url, random: () => 0.999 });
  await using server = await startServer({ log, heartbeatMs: HEARTBEAT_MS });
  const testLog = await TestLog.create(writing);
  const received: string[] = [];
  const plain = recordStream(server.url, testLog.workflowId, received);
  const states: ConnectionState['state'][] = [];
  const client = createRuntapeClient({ url: server.url });
  const onConnection = ({ state }: ConnectionState): void => void states.push(state);
  const seen = collect(client.follow(testLog.workflowId, { onConnection }));
  await testLog.status('one');
  await eventually(() => expect([received.at(-1), ...seqsOf(seen.entries)]).toEqual(['1', 1]));

  await redis.kill();
  // Long enough for a delay to exceed a second if it grew without a bound.
  await eventually(() =>
    expect(countHeartbeats(received)).toBeGreaterThanOrEqual(3.5 * HEARTBEATS_PER_SECOND),
  );
  expect(received.filter((each) => each !== 'heartbeat')).toEqual(['1']);
  await redis.restart();
  const before = countHeartbeats(received);
  await appendUntilAccepted(() => testLog.status('two'));
  await eventually(() => expect(received).toContain('2'));
  expect(countHeartbeats(received.slice(0, received.indexOf('2'))) - before).toBeLessThanOrEqual(
    HEARTBEATS_PER_SECOND,
  );

  await testLog.complete();
  await Promise.all([plain, seen.done]);
  expect(received.filter((each) => each !== 'heartbeat')).toEqual(['1', '2', '3']);
  expect(seqsOf(seen.entries)).toEqual([1, 2, 3]);
  // No reconnect took place.
  expect(states).toEqual(['connecting', 'live', 'ended']);
  expect(server.requests).toHaveLength(2);
  expect(server.fanOut.tailCount).toBe(0);
});
