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

/** Follows the thread, and records what is reported. */
function follow(after = 0) {
  const left = new AbortController();
  const reported: WorkflowId[] = [];
  const updates: ThreadUpdate[] = [];
  const reading = (async () => {
    for await (const each of fanOut.thread(THREAD, { after, signal: left.signal })) {
      updates.push(each);
      reported.push(...each.members.map(({ record }) => record.workflowId));
    }
  })();
  const ended = reading.catch((error: unknown) => error);
  return { reported, updates, ended, leave: () => left.abort() };
}

const flush = () => vi.advanceTimersByTimeAsync(0);

test('C4: reports the members of a thread and those that join, each once, in the order in which they joined', async () => {
  const early = [await join(), await join()];
  await join('thread-2');
  const { reported, leave } = follow();
  await flush();
  expect(reported).toEqual(early);
  const late = [await join(), await join()];
  await flush();
  expect(reported).toEqual([...early, ...late]);
  leave();
});

test('C4: a reader that knows some members receives the others', async () => {
  await join();
  const first = follow();
  await flush();
  const late = await join();
  const second = follow(first.updates.at(-1)?.lowWatermark);
  await flush();
  expect(second.reported).toEqual([late]);
  first.leave();
  second.leave();
});

test('C4: a start whose announcement was lost is found when the thread was quiet for long enough', async () => {
  const { reported, leave } = follow();
  await flush();
  log.announceMember = () => {};
  const lost = await join();
  await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS / 2);
  expect(reported).toEqual([]);
  await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS);
  expect(reported).toEqual([lost]);
  leave();
});

test('C4: a member that joins between the watch and the first read is reported once', async () => {
  let look = Promise.resolve();
  log.travel = async () => await look;
  const { promise, resolve } = Promise.withResolvers<void>();
  const { reported, leave } = follow();
  look = promise;
  await flush();
  const between = await join();
  resolve();
  await flush();
  expect(reported).toEqual([between]);
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
  const { reported, updates, leave } = follow();
  await flush();
  expect(reported).toEqual([first, third]);
  const [firstPosition = 0, thirdPosition = 0] =
    updates.at(-1)?.members.map(({ position }) => position) ?? [];
  expect(updates.at(-1)?.lowWatermark).toBeGreaterThanOrEqual(firstPosition);
  expect(updates.at(-1)?.lowWatermark).toBeLessThan(thirdPosition);
  isCreated = true;
  await vi.advanceTimersByTimeAsync(2 * QUIET_CHECK_MS);
  expect(reported).toEqual([first, third, slow]);
  expect(updates.at(-1)?.lowWatermark).toBe(thirdPosition);
  leave();
});

test('C4: a long thread is read page by page, no faster than it is consumed', async () => {
  for (let index = 0; index < 130; index += 1) await join();
  const left = new AbortController();
  const updates = fanOut.thread(THREAD, { after: 0, signal: left.signal });
  const { value } = await updates.next();
  expect(value?.members.length).toBeLessThan(100);
  await flush();
  expect(log.threadReads).toBe(1);
  let reported = value?.members.length ?? 0;
  while (reported < 130) reported += (await updates.next()).value?.members.length ?? 0;
  expect(reported).toBe(130);
  await updates.return();
});

test('F1: while the log is unavailable it waits, and continues within a second', async () => {
  log.isDown = true;
  const { reported, leave } = follow();
  await vi.advanceTimersByTimeAsync(30_000);
  const there = await join();
  log.isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(reported).toEqual([there]);
  log.isDown = true;
  const late = await join();
  await vi.advanceTimersByTimeAsync(5000);
  log.isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(reported).toEqual([there, late]);
  leave();
});

test('C8: an abort ends it immediately, whatever it waits for', async () => {
  const waiting = follow();
  await flush();
  waiting.leave();
  expect(await waiting.ended).toMatchObject({ name: 'AbortError' });
  log.isDown = true;
  const away = follow();
  await flush();
  away.leave();
  expect(await away.ended).toMatchObject({ name: 'AbortError' });
  expect(log.threadWatchers).toBe(0);
});

test('C8: closing the fan-out ends it', async () => {
  const { ended } = follow();
  await flush();
  await fanOut.close();
  expect(await ended).toMatchObject({ code: 'closed' });
});
