import { randomUUID } from 'node:crypto';
import { openRedisEventLog } from '@runtape/event-log-redis';
import type { EventLog, ListQuery } from '@runtape/event-log';
import { startRedis } from '@runtape/redis';
import { expect, inject, test } from 'vitest';
import { rawClient } from './clients-of.ts';
import { monitorOf } from './monitor-of.ts';
import { completed, newWorkflow, Writer } from './workflows.ts';

const paused = { type: 'workflow:paused', data: {}, timestamp: new Date(0).toISOString() } as const;

async function makePaused(log: EventLog, owner: string): Promise<void> {
  const writer = await Writer.start(log, { owner });
  await writer.append(paused);
  await log.release(writer.workflowId, { attempt: writer.attempt });
}

const lists: readonly [string, Omit<ListQuery, 'limit'>][] = [
  ['failed, by owner', { owner: 'Ada', status: ['failed'] }],
  ['running, by owner', { owner: 'Ada', status: ['running', 'queued'] }],
  ['failed', { status: ['failed', 'cancelled'] }],
  ['by owner and definition', { owner: 'Ada', workflow: 'reviewIssue' }],
  ['by owner and thread', { owner: 'Ada', threadId: 'thread of another' }],
  ['paused, by definition', { status: ['paused'], workflow: 'reviewIssue' }],
];

test('K1: a list by several filters with no match reads no record, however many pass one filter', async () => {
  await using redis = await startRedis();
  const { url } = redis;
  await using log = await openRedisEventLog({ url, keyPrefix: 'few:' });
  await using raw = rawClient(url);
  await using monitor = await monitorOf(raw);
  await Promise.all(Array.from({ length: 60 }, () => makePaused(log, 'Ada')));
  const writer = await Writer.start(log, {
    owner: 'Bob',
    workflow: 'reviewIssue',
    threadId: 'thread of another',
  });
  await writer.append(completed());
  for (const [name, query] of lists) {
    const commands = await monitor.during('few:workflow:', async () => {
      const { workflows, next } = await log.list({ limit: 10, ...query });
      expect({ name, workflows, next }).toEqual({ name, workflows: [], next: null });
    });
    // Bob's ended workflow has to be read to find out whether it failed.
    expect([name, commands.length]).toEqual([name, name === 'failed' ? 1 : 0]);
  }
});

test('K1: a list by filters reads its index in ranges, and finds matches far back', async () => {
  const keyPrefix = `${randomUUID()}:`;
  const url = inject('redisUrl');
  await using log = await openRedisEventLog({ url, keyPrefix });
  await using raw = rawClient(url);
  const first = await Writer.start(log, { owner: 'Ada', workflow: 'reviewIssue' });
  await first.append(completed());
  const index = (name: string) => `${keyPrefix}workflows:{index}:${name}`;
  const { createdAt = 0 } = (await log.get(first.workflowId)) ?? {};
  // Adds as many other workflows to each list after it, hundreds in one millisecond.
  const others = Array.from({ length: 2_500 }, () => newWorkflow().workflowId);
  const scores = others.flatMap((id, n) => [createdAt + 1 + Math.floor(n / 300), id]);
  await raw.zadd(index('owner:Ada'), ...scores);
  const elsewhere = others.flatMap((_, n) => [createdAt + 1 + n, newWorkflow().workflowId]);
  await raw.zadd(index('definition:reviewIssue'), ...elsewhere);
  const ended = Array.from({ length: 1_500 }, () => [createdAt, newWorkflow().workflowId]);
  await raw.zadd(index('ended'), ...ended.flat());
  await using monitor = await monitorOf(raw);
  for (const status of [undefined, ['completed' as const]]) {
    const commands = await monitor.during(keyPrefix, async () => {
      const query = { owner: 'Ada', workflow: 'reviewIssue', ...(status && { status }) };
      const { workflows, next } = await log.list({ limit: 10, ...query });
      expect(workflows.map(({ workflowId }) => workflowId)).toEqual([first.workflowId]);
      expect(next).toBeNull();
    });
    expect(commands.filter(([name]) => name === 'hmget')).toHaveLength(1);
    const scans = commands.filter(
      ([name, , , min]) => name === 'zrevrangebyscore' && min === '-inf',
    );
    expect(scans).toHaveLength(3);
  }
});

test('E11: pages by several filters neither lose nor repeat a workflow, even within one millisecond', async () => {
  await using log = await openRedisEventLog({
    url: inject('redisUrl'),
    keyPrefix: `${randomUUID()}:`,
  });
  const mine = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      log.create(newWorkflow({ owner: 'Ada', workflow: n % 2 === 0 ? 'reviewIssue' : 'other' })),
    ),
  );
  const expected = mine.filter(({ record }) => record.workflow === 'reviewIssue');
  const found: string[] = [];
  let before: string | undefined;
  do {
    const page = await log.list({
      limit: 3,
      owner: 'Ada',
      workflow: 'reviewIssue',
      status: ['queued', 'completed'],
      ...(before === undefined ? {} : { before }),
    });
    found.push(...page.workflows.map(({ workflowId }) => workflowId));
    before = page.next ?? undefined;
  } while (before !== undefined && found.length < 100);
  expect(found).toHaveLength(20);
  expect(found.toSorted()).toEqual(expected.map(({ record }) => record.workflowId).toSorted());
});
