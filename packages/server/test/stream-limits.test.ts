import { makeToken, TestLog } from '@runtape/testing';
import { SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { newRequest, post } from './requests.ts';
import { eventually } from './eventually.ts';
import { readAll, readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';

const ORIGIN = 'http://127.0.0.1';
const secret = 'a secret of at least thirty-two characters';

const plain = ({ workflowId }: TestLog, init?: RequestInit) =>
  new Request(`${ORIGIN}/api/workflows/${workflowId}/events`, init);

function trpc({ workflowId }: TestLog, init?: RequestInit): Request {
  const input = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
  return new Request(`${ORIGIN}/trpc/onWorkflowEvents?input=${input}`, init);
}

test('E17: one stream too many is refused before it opens, and does not affect the others', async () => {
  await using started = startApi({ maxStreamsPerUser: 1 });
  const testLog = await TestLog.create(started.log);
  const first = await started.api.fetch(plain(testLog));
  const second = await started.api.fetch(plain(testLog));

  expect(second.status).toBe(429);
  expect(await second.json()).toMatchObject({ error: { code: 'too_many_streams' } });
  expect(second.headers.get('retry-after')).toBe('10');
  const third = await readAll(await started.api.fetch(trpc(testLog)));
  expect(third.find(({ event }) => event === 'serialized-error')?.data).toContain(
    'too_many_streams',
  );
  await first.body?.cancel();
  expect((await started.api.fetch(plain(testLog))).status).toBe(200);
});

test('A12: a client that opens streams too fast is told when to retry', async () => {
  const clock = { now: 0 };
  await using started = startApi({ streamAttemptsPerMinute: 2, monotonicNow: () => clock.now });
  const testLog = await TestLog.create(started.log);
  for (const status of [200, 200, 429]) {
    const response = await started.api.fetch(plain(testLog));
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '30' : null);
    await response.body?.cancel();
  }
  clock.now += 30_000;
  const again = await started.api.fetch(plain(testLog));
  expect(again.status).toBe(200);
  await again.body?.cancel();
});

test('E17: a HEAD request opens no stream', async () => {
  await using started = startApi({ maxStreamsPerUser: 1 });
  const testLog = await TestLog.create(started.log);
  for (let n = 0; n < 3; n += 1) {
    expect((await started.api.fetch(plain(testLog, { method: 'HEAD' }))).status).toBe(200);
  }
  expect(started.api.context.metrics.streams.report().open).toBe(0);
});

test('D7: streams of every API are counted, with their delivered events and their outcome', async () => {
  await using started = startApi();
  const ended = await TestLog.ended(started.log, 'a');
  await readAll(await started.api.fetch(plain(ended)));
  await readAll(await started.api.fetch(trpc(ended)));
  const running = await TestLog.create(started.log);
  await running.append(makeToken('b'));
  const left = readFrames(await started.api.fetch(plain(running)));
  await left.next();
  await left.next();
  expect(await started.caller.statistics()).toMatchObject({ open: 1, opened: 3 });
  await left.return();

  await eventually(async () => {
    expect(await started.caller.statistics()).toMatchObject({
      open: 0,
      completed: 2,
      left: 1,
      failed: 0,
      events: 5,
      successRate: 1,
    });
  });
});

test('D7: a stream that fails on the server counts as failed', async () => {
  await using started = startApi();
  const testLog = await TestLog.create(started.log);
  await testLog.append(makeToken('a'));
  const gone = new Error('The disk is gone.');
  vi.spyOn(started.log, 'read').mockRejectedValue(gone);
  vi.spyOn(started.log, 'readMerged').mockRejectedValue(gone);
  await readAll(await started.api.fetch(plain(testLog)));

  expect(await started.caller.statistics()).toMatchObject({ open: 0, failed: 1, successRate: 0 });
});

test('C8: streams end with the session of their reader, and a new one is refused', async () => {
  const clock = { now: Date.now() };
  const accounts = createJwtAccounts({ secret, now: () => clock.now });
  await using started = startApi({ accounts, now: () => clock.now });
  const testLog = await TestLog.create(started.log);
  const exp = Math.floor(clock.now / 1000) + 1;
  const token = await new SignJWT({ sub: 'ann', scope: 'runtape:all', exp })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
  const headers = { Authorization: `Bearer ${token}` };

  const frames = await readAll(await started.api.fetch(trpc(testLog, { headers })));
  expect(frames.at(-1)).toMatchObject({ event: 'serialized-error' });
  expect(frames.at(-1)?.data).toContain('unauthorized');
  clock.now += 60_000;
  const refused = await started.api.fetch(plain(testLog, { headers }));
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ error: { code: 'unauthorized' } });
  expect(started.fanOut.tailCount).toBe(0);
});

test('K2: after a clock is set back a client waits at most a minute', async () => {
  const clock = { now: Date.now() };
  await using started = startApi({ streamAttemptsPerMinute: 60, now: () => clock.now });
  const testLog = await TestLog.create(started.log);
  for (const change of [0, -3_600_000]) {
    clock.now += change;
    const response = await started.api.fetch(plain(testLog));
    expect(response.status).toBe(200);
    await response.body?.cancel();
  }
});

describe('K2: waiting requests count as streams', () => {
  const page = { headers: { accept: 'application/json' } };
  const waiting: readonly (readonly [string, () => Request])[] = [
    [
      'a page of a workflow',
      () => newRequest('/api/workflows/wf_0000000000000000/events?wait=60', page),
    ],
    ['a page of a thread', () => newRequest('/api/threads/t/events?wait=60', page)],
    ['a chat', () => post('/api/chat', { query: 'x?' })],
  ];

  test.each(waiting)('%s', async (_, request) => {
    await using started = startApi({ maxStreamsPerUser: 1 });
    const testLog = await TestLog.create(started.log);
    const open = await started.api.fetch(plain(testLog));
    const refused = await started.api.fetch(request());
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(await started.caller.workflow.list()).toMatchObject({ workflows: [{}] });
    await open.body?.cancel();
  });

  test('and release their slot', async () => {
    await using started = startApi({ maxStreamsPerUser: 1 });
    const testLog = await TestLog.create(started.log);
    for (let n = 0; n < 3; n += 1) {
      const asked = newRequest(`/api/workflows/${testLog.workflowId}/events?wait=0.01`, page);
      expect((await started.api.fetch(asked)).status).toBe(200);
    }
    // A page request that does not wait does not count as a stream.
    const open = await started.api.fetch(plain(testLog));
    const now = newRequest(`/api/workflows/${testLog.workflowId}/events`, page);
    expect((await started.api.fetch(now)).status).toBe(200);
    await open.body?.cancel();
  });
});

test('K2: each workflow and thread of a shared stream counts as a stream', async () => {
  await using started = startApi({ maxStreamsPerUser: 3 });
  const threads = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ threadId: `t${n}` }));
  const two = await started.api.fetch(post('/api/events', { threads: threads(2) }));
  expect(two.status).toBe(200);
  const more = await started.api.fetch(post('/api/events', { threads: threads(2) }));
  expect(more.status).toBe(429);
  expect(await more.json()).toMatchObject({ error: { code: 'too_many_streams' } });
  await two.body?.cancel();
  const three = await started.api.fetch(post('/api/events', { threads: threads(3) }));
  expect(three.status).toBe(200);
  await three.body?.cancel();
});

test('K2: a shared stream may follow the same thread a few times, and refuses further ones individually', async () => {
  await using started = startApi();
  const threads = Array.from({ length: 20 }, (_, n) => ({ threadId: 't', subscription: `s${n}` }));
  const frames = readFrames(await started.api.fetch(post('/api/events', { threads })));
  const refused: unknown[] = [];
  for await (const { event, data } of frames) {
    if (event !== 'refused') continue;
    refused.push(JSON.parse(data ?? ''));
    if (refused.length === 4) break;
  }
  expect(refused).toMatchObject(
    [16, 17, 18, 19].map((n) => ({
      subscription: `s${n}`,
      error: { code: 'too_many_streams' },
    })),
  );
});
