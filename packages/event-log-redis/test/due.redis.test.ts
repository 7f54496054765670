import { randomUUID } from 'node:crypto';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { startRedis } from '@runtape/redis';
import { expect, inject, test } from 'vitest';
import { rawClient } from './clients-of.ts';
import { monitorOf } from './monitor-of.ts';
import { newWorkflow, Writer } from './workflows.ts';

const paused = { type: 'workflow:paused', data: {}, timestamp: new Date(0).toISOString() } as const;

/** Unique names in the shared Redis. */
function names() {
  const keyPrefix = `${randomUUID()}:`;
  return { url: inject('redisUrl'), keyPrefix, due: `${keyPrefix}workflows:{index}:due` };
}

test('K1: a sweep costs the same however many workflows are paused or running', async () => {
  await using redis = await startRedis();
  const { url } = redis;
  const keyPrefix = 'due:';
  await using log = await openRedisEventLog({ url, keyPrefix });
  await using raw = rawClient(url);
  await using monitor = await monitorOf(raw);
  const ids = async () => (await log.orphaned({ limit: 200 })).workflows.length;
  for (let count = 0; count < 30; count += 1) {
    const writer = await Writer.start(log);
    if (count % 2 === 0) continue;
    await writer.append(paused);
    await log.release(writer.workflowId, { attempt: writer.attempt });
  }
  expect(await ids()).toBe(0);
  const commands = await monitor.during(keyPrefix, async () => {
    expect(await ids()).toBe(0);
  });
  // MONITOR may report earlier commands late.
  expect(commands.length).toBeLessThan(5);
  expect(new Set(commands.map(([name]) => name))).toEqual(new Set(['zrangebyscore']));
});

test('K1: open workflows of an older version are checked once, and found when no worker runs them', async () => {
  const { url, keyPrefix, due } = names();
  const log = await openRedisEventLog({ url, keyPrefix });
  await using raw = rawClient(url);
  const { record } = await log.create(newWorkflow());
  const running = await Writer.start(log);
  const atRest = await Writer.start(log);
  await atRest.append(paused);
  await log.release(atRest.workflowId, { attempt: atRest.attempt });
  await log.close();
  await raw.del(due);
  await using reopened = await openRedisEventLog({ url, keyPrefix });
  const { workflows } = await reopened.orphaned({ limit: 10 });
  expect(workflows.map(({ workflowId }) => workflowId)).toEqual([record.workflowId]);
  const left = await raw.zrange(due, '0', '-1');
  expect(left.toSorted()).toEqual([record.workflowId, running.workflowId].toSorted());
});

test('F5: a worker that dies right before its attempt begins leaves a workflow that a sweep still checks', async () => {
  const { url, keyPrefix, due } = names();
  await using log = await openRedisEventLog({ url, keyPrefix });
  await using raw = rawClient(url);
  const writer = await Writer.start(log);
  await writer.append(paused);
  await log.release(writer.workflowId, { attempt: writer.attempt });
  await raw.zrem(due, writer.workflowId);
  await log.begin(writer.workflowId, { leaseMs: 60_000 });
  const at = Number(await raw.zscore(due, writer.workflowId));
  const { leaseUntil } = (await log.get(writer.workflowId)) ?? {};
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThanOrEqual(leaseUntil ?? 0);
});

test('F5: a refused attempt does not delay the check of the running one', async () => {
  const { url, keyPrefix, due } = names();
  await using log = await openRedisEventLog({ url, keyPrefix });
  await using raw = rawClient(url);
  const { record } = await log.create(newWorkflow());
  const begun = await log.begin(record.workflowId, { leaseMs: 10_000 });
  const refused = log.begin(record.workflowId, { leaseMs: 600_000 });
  await expect(refused).rejects.toMatchObject({ code: 'attempt_alive' });
  const at = Number(await raw.zscore(due, record.workflowId));
  expect(at).toBe(begun.record.leaseUntil);
});
