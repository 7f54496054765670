import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { EVERYBODY, type Identity } from '../src/accounts/identity.ts';
import { StartLimits } from '../src/limits/start-limits.ts';
import { signUserToken } from '../src/index.ts';
import { newRequest, post } from './requests.ts';
import { startApi } from './start-api.ts';

const secret = 'a secret of at least thirty-two characters';
const ann: Identity = { ...EVERYBODY, userId: 'ann', seesAll: false };
const here = { identity: EVERYBODY, address: '127.0.0.1' };
const there = { identity: EVERYBODY, address: '127.0.0.2' };
const question = { workflow: 'askRepository', input: { question: 'x?' } };

const completed = makeEvent('workflow:completed', {
  durationMs: 1,
  usage: null,
  cost: null,
  result: null,
});

async function codeOf(run: Promise<unknown>): Promise<unknown> {
  return await run.then(
    () => null,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

test('K2: the starts of each user per minute are limited', async () => {
  const clock = { now: 0 };
  const log = createMemoryEventLog({});
  const limits = new StartLimits({
    log,
    perMinute: 2,
    maxUnended: 100,
    monotonicNow: () => clock.now,
  });
  expect(await codeOf(limits.admit(here))).toBeNull();
  expect(await codeOf(limits.admit(here))).toBeNull();
  expect(await codeOf(limits.admit(here))).toBe('too_many_starts');
  expect(await codeOf(limits.admit(there))).toBeNull();
  clock.now += 30_000;
  expect(await codeOf(limits.admit(here))).toBeNull();
});

test('K2: the running workflows of each address are limited, until one ends', async () => {
  const clock = { now: 0 };
  const log = createMemoryEventLog({});
  const limits = new StartLimits({
    log,
    perMinute: 1e6,
    maxUnended: 2,
    monotonicNow: () => clock.now,
  });
  const [first, second] = [await TestLog.create(log), await TestLog.create(log)];
  for (const { workflowId } of [first, second]) {
    using admitted = await limits.admit(here);
    admitted.started(workflowId);
  }
  expect(await codeOf(limits.admit(here))).toBe('too_many_workflows');
  expect(await codeOf(limits.admit(there))).toBeNull();
  await first.append(completed);
  clock.now += 1000;
  expect(await codeOf(limits.admit(here))).toBeNull();
});

test('K2: concurrent starts count together', async () => {
  const limits = new StartLimits({ log: createMemoryEventLog({}), perMinute: 1e6, maxUnended: 3 });
  const codes = await Promise.all(
    Array.from({ length: 10 }, () => codeOf(limits.admit({ ...here, identity: ann }))),
  );
  expect(codes.filter((code) => code === null)).toHaveLength(3);
});

test('K2: for signed-in users running workflows are counted in the log, whichever server started them', async () => {
  const log = createMemoryEventLog({});
  const options = { log, perMinute: 1e6, maxUnended: 2 };
  for (const owner of ['ann', 'ann', 'ben']) await TestLog.create(log, { owner });
  const limits = new StartLimits(options);
  expect(await codeOf(limits.admit({ ...here, identity: ann }))).toBe('too_many_workflows');
  expect(await codeOf(limits.admit({ ...here, identity: { ...ann, userId: 'ben' } }))).toBeNull();
});

test('K2: a user who starts too many is told so, and when to retry, over HTTP and tRPC', async () => {
  await using started = startApi({
    accounts: createJwtAccounts({ secret }),
    maxUnendedPerUser: 1,
  });
  const token = await signUserToken({ userId: 'ann', until: Date.now() + 60_000 }, { secret });
  const authorization = `Bearer ${token}`;
  const first = await started.api.fetch(post('/api/workflows', question, { authorization }));
  expect(first.status).toBe(201);

  const plain = await started.api.fetch(post('/api/workflows', question, { authorization }));
  expect(plain.status).toBe(429);
  expect(plain.headers.get('retry-after')).toBe('10');
  expect(await plain.json()).toMatchObject({ error: { code: 'too_many_workflows' } });
  const trpc = await started.api.fetch(
    post('/trpc/startQuestion', { json: question.input }, { authorization }),
  );
  expect(trpc.status).toBe(429);
  expect(trpc.headers.get('retry-after')).toBe('10');
  const chat = await started.api.fetch(post('/api/chat', { query: 'x?' }, { authorization }));
  expect(chat.status).toBe(429);
  const list = await started.api.fetch(
    newRequest('/api/workflows', { headers: { authorization } }),
  );
  expect(await list.json()).toMatchObject({ workflows: [{}] });
});
