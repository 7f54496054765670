import type { EventLog } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { expect, inject, test, vi } from 'vitest';
import { rawClient } from './clients-of.ts';
import { completed, token, Writer } from './workflows.ts';

const TOKENS = 2_500;
const WHOLE = Array.from({ length: TOKENS }, (_, index) => `${index} `).join('');

/** Opens a log with a long history that is stored merged. */
async function openStored(keepEndedForMs?: number) {
  const url = inject('redisUrl');
  const keyPrefix = `${crypto.randomUUID()}:`;
  const stack = new AsyncDisposableStack();
  const log = stack.use(await openRedisEventLog({ url, keyPrefix, keepEndedForMs }));
  const raw = stack.use(rawClient(url));
  const writer = await Writer.start(log);
  const { workflowId } = writer;
  const events = Array.from({ length: TOKENS }, (_, index) => token(`${index} `));
  await log.append(workflowId, { attempt: 1, after: 0, events });
  const key = `${keyPrefix}workflow:{${workflowId}}`;
  const segments = `${key}:segments`;
  const untilStored = async (ids: readonly string[]) => {
    await vi.waitFor(async () => {
      const stored = await raw.xrange(segments, '-', '+');
      expect(stored.map(([id]) => id)).toEqual(ids);
    });
  };
  await untilStored(['1024-1', '2048-1025']);
  const end = () => log.append(workflowId, { attempt: 1, after: TOKENS, events: [completed()] });
  const read = (from: EventLog = log) => readText(from, workflowId);
  const another = async () => stack.use(await openRedisEventLog({ url, keyPrefix }));
  return {
    log,
    raw,
    key,
    segments,
    untilStored,
    end,
    read,
    another,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function readText(log: EventLog, workflowId: Writer['workflowId']): Promise<string> {
  let text = '';
  for (let after = 0; ;) {
    const { entries, record } = await log.readMerged(workflowId, { after, limit: 1_000 });
    for (const { event } of entries) if (event.type === 'token') text += event.data.content;
    after = entries.at(-1)?.seq ?? record.tail;
    if (after >= record.tail) return text;
  }
}

test('F3: closed parts of a history are stored beside it, in the slot of its workflow', async () => {
  await using store = await openStored();
  expect(await store.raw.xlen(`${store.key}:history`)).toBe(TOKENS);
  expect(await store.read()).toBe(WHOLE);
});

test('F3: a reader of a log without segments, written by an older version, causes them to be built', async () => {
  await using store = await openStored();
  await store.raw.del(store.segments);
  expect(await store.read(await store.another())).toBe(WHOLE);
  await store.untilStored(['1024-1', '2048-1025']);
});

test('A13: a workflow that Redis removes takes its segments along, including those of its end', async () => {
  await using store = await openStored(60_000);
  await store.end();
  await store.untilStored(['1024-1', '2048-1025', '2501-2049']);
  const [left, ofAll] = await Promise.all([
    store.raw.pttl(store.segments),
    store.raw.pttl(`${store.key}:metadata`),
  ]);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(ofAll + 1_000);
});

test('A13: a removed workflow leaves no segment behind', async () => {
  await using store = await openStored();
  await store.end();
  await store.untilStored(['1024-1', '2048-1025', '2501-2049']);
  await store.log.expire({ endedBefore: Date.now() + 60_000, limit: 1 });
  expect(await store.raw.exists(store.segments, `${store.key}:history`)).toBe(0);
});

test('A13: for a log that an older version closed nothing is stored that Redis would not remove with it', async () => {
  await using store = await openStored();
  await store.end();
  await store.untilStored(['1024-1', '2048-1025', '2501-2049']);
  await store.raw.hdel(`${store.key}:metadata`, 'expiresAt');
  await store.raw.del(store.segments);
  const reader = await store.another();
  expect(await store.read(reader)).toBe(WHOLE);
  await reader.close();
  expect(await store.raw.exists(store.segments)).toBe(0);
});

test('F2: a trimmed history is not served from its segments as if it were complete', async () => {
  await using store = await openStored();
  await store.raw.xtrim(`${store.key}:history`, 'MAXLEN', 1_000);
  await expect(store.read()).rejects.toMatchObject({ code: 'trimmed', first: 1_501 });
});

test('F1: an unreadable segment is ignored: the history itself is read', async () => {
  await using store = await openStored();
  const incarnation = (await store.raw.hget(`${store.key}:metadata`, 'incarnation')) ?? '';
  await store.raw.del(store.segments);
  await store.raw.xadd(store.segments, '1024-1', 'of', incarnation, 'text', '[1024]\n[{');
  expect(await store.read()).toBe(WHOLE);
});
