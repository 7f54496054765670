import type { EventLog } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut, type ThreadUpdate } from '@runtape/fan-out';
import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FaultyLog } from './faulty-log.ts';

const THREAD = 'thread-1';
const QUIET_CHECK_MS = 10_000;

let inner: EventLog;
let log: FaultyLog;
let fanOut: FanOut;
let made = 0;

beforeEach(() => {
  vi.useFakeTimers();
  inner = createMemoryEventLog();
  log = new FaultyLog(inner);
  fanOut = new FanOut({ log, quietCheckMs: QUIET_CHECK_MS, random: () => 0.5 });
});

afterEach(async () => {
  await fanOut.close();
  expectNothingLeft();
  await log.close();
  vi.useRealTimers();
});

function expectNothingLeft(): void {
  expect(log.threadWatchers).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
}

async function join(threadId: string = THREAD): Promise<WorkflowId> {
  made += 1;
  const workflowId = workflowIdSchema.parse(`wf_${String(made).padStart(16, '0')}`);
  const summary = { title: 'A title', target: 'sample:one' };
  await inner.create({ workflowId, workflow: 'commentOnIssue', input: {}, summary, threadId });
  return workflowId;
}

/** Follows the thread, and keeps what is told. */
function follow(after = 0) {
  const left = new AbortController();
  const told: WorkflowId[] = [];
  const news: ThreadUpdate[] = [];
  const reading = (async () => {
    for await (const each of fanOut.thread(THREAD, { after, signal: left.signal })) {
      news.push(each);
      told.push(...each.members.map(({ record }) => record.workflowId));
    }
  })();
  const ended = reading.catch((error: unknown) => error);
  return { told, news, ended, leave: () => left.abort() };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

test('C4: reports the members of a thread and those that join, each once, in the order in which they joined', async () => {
  const early = [await join(), await join()];
  await join('thread-2');
  const { told, leave } = follow();
  await settle();
  expect(told).toEqual(early);
  const late = [await join(), await join()];
  await settle();
  expect(told).toEqual([...early, ...late]);
  leave();
});

test('C4: a reader that knows some members receives the others', async () => {
  await join();
  const first = follow();
  await settle();
  const late = await join();
  const second = follow(first.news.at(-1)?.lowWatermark);
  await settle();
  expect(second.told).toEqual([late]);
  first.leave();
  second.leave();
});

test('C4: a start whose announcement was lost is found when the thread was quiet for long enough', async () => {
  const { told, leave } = follow();
  await settle();
  log.announceMember = () => {};
  const lost = await join();
  await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS / 2);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS);
  expect(told).toEqual([lost]);
  leave();
});

test('C4: a member that joins between the watch and the first read is reported once', async () => {
  let look = Promise.resolve();
  log.travel = async () => await look;
  const { promise, resolve } = Promise.withResolvers<void>();
  const { told, leave } = follow();
  look = promise;
  await settle();
  const between = await join();
  resolve();
  await settle();
  expect(told).toEqual([between]);
  leave();
});

test('C4: a workflow still being created is reported later, and later members have positions above the low watermark', async () => {
  const first = await join();
  const slow = await join();
  const third = await join();
  const whole = inner.thread.bind(inner);
  let isCreated = false;
  inner.thread = async (threadId, range) => {
    const page = await whole(threadId, range);
    const at = page.members.findIndex(({ record }) => record.workflowId === slow);
    if (isCreated || at === -1) return page;
    const pending = page.members[at]?.position ?? 0;
    return { ...page, members: page.members.toSpliced(at, 1), lowWatermark: pending - 1 };
  };
  const { told, news, leave } = follow();
  await settle();
  expect(told).toEqual([first, third]);
  const [firstPosition = 0, thirdPosition = 0] =
    news.at(-1)?.members.map(({ position }) => position) ?? [];
  expect(news.at(-1)?.lowWatermark).toBeGreaterThanOrEqual(firstPosition);
  expect(news.at(-1)?.lowWatermark).toBeLessThan(thirdPosition);
  isCreated = true;
  await vi.advanceTimersByTimeAsync(2 * QUIET_CHECK_MS);
  expect(told).toEqual([first, third, slow]);
  expect(news.at(-1)?.lowWatermark).toBe(thirdPosition);
  leave();
});

test('C4: a long thread is read page by page, no faster than it is consumed', async () => {
  for (let index = 0; index < 130; index += 1) await join();
  const left = new AbortController();
  const news = fanOut.thread(THREAD, { after: 0, signal: left.signal });
  const { value } = await news.next();
  expect(value?.members.length).toBeLessThan(100);
  await settle();
  expect(log.threadLooks).toBe(1);
  let told = value?.members.length ?? 0;
  while (told < 130) told += (await news.next()).value?.members.length ?? 0;
  expect(told).toBe(130);
  await news.return();
});

test('F1: while the log is unavailable it waits, and continues within a second', async () => {
  log.isDown = true;
  const { told, leave } = follow();
  await vi.advanceTimersByTimeAsync(30_000);
  const there = await join();
  log.isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([there]);
  log.isDown = true;
  const late = await join();
  await vi.advanceTimersByTimeAsync(5000);
  log.isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([there, late]);
  leave();
});

test('C8: an abort ends it immediately, whatever it waits for', async () => {
  const waiting = follow();
  await settle();
  waiting.leave();
  expect(await waiting.ended).toMatchObject({ name: 'AbortError' });
  log.isDown = true;
  const away = follow();
  await settle();
  away.leave();
  expect(await away.ended).toMatchObject({ name: 'AbortError' });
  expect(log.threadWatchers).toBe(0);
});

test('C8: closing the fan-out ends it', async () => {
  const { ended } = follow();
  await settle();
  await fanOut.close();
  expect(await ended).toMatchObject({ code: 'closed' });
});
