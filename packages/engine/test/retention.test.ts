import { type EventLog, readArchive } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import type { WorkflowId } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ArchiveHook, newWorkflowId, startRetention } from '../src/index.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Creates a workflow that ends now, unless `ends` is false. */
async function workflow(log: EventLog, { ends = true } = {}): Promise<WorkflowId> {
  const workflowId = newWorkflowId();
  const summary = { title: 'A title', target: 'somewhere' };
  await log.create({ workflowId, workflow: 'test', input: null, summary });
  const { attempt } = await log.begin(workflowId, { leaseMs: 1000 });
  const timestamp = new Date().toISOString();
  const said = { type: 'status', data: { stage: 'test', message: 'said' }, timestamp } as const;
  const end = { type: 'workflow:cancelled', data: { durationMs: 1 }, timestamp } as const;
  await log.append(workflowId, { attempt, after: 0, events: ends ? [said, end] : [said] });
  return workflowId;
}

async function idsIn(log: EventLog): Promise<readonly string[]> {
  return (await log.list({ limit: 200 })).workflows.map(({ workflowId }) => workflowId).toSorted();
}

async function* bytes(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text);
}

const week = { retentionMs: 7 * DAY_MS, everyMs: 1 };

test('A4: workflows that ended before the retention period are removed, others stay', async () => {
  await using log = createMemoryEventLog();
  await workflow(log);
  const running = await workflow(log, { ends: false });
  vi.setSystemTime(Date.now() + 5 * DAY_MS);
  const young = await workflow(log);
  vi.setSystemTime(Date.now() + 3 * DAY_MS);
  const onError = vi.fn<(error: unknown) => void>();
  const retention = startRetention({ ...week, log, onError });
  await vi.waitFor(async () => expect(await idsIn(log)).toEqual([young, running].toSorted()));
  await retention.stop();
  await retention.stop();
  expect(onError).not.toHaveBeenCalled();
});

test('A4: with an archive hook a workflow is removed only once the hook has stored it', async () => {
  await using log = createMemoryEventLog();
  const old = await workflow(log);
  const { entries } = await log.read(old, { after: 0, limit: 10 });
  vi.setSystemTime(Date.now() + 8 * DAY_MS);
  await workflow(log);
  const safe = Promise.withResolvers<void>();
  const kept = new Map<string, string>();
  const archive: ArchiveHook = async ({ workflowId, status }, lines) => {
    expect(status).toBe('cancelled');
    let text = '';
    for await (const line of lines) text += line;
    kept.set(workflowId, text);
    await safe.promise;
  };
  const retention = startRetention({ ...week, log, archive, everyMs: HOUR_MS });
  await vi.waitFor(() => expect([...kept.keys()]).toEqual([old]));
  expect(await idsIn(log)).toContain(old);
  safe.resolve();
  await vi.waitFor(async () => expect(await idsIn(log)).not.toContain(old));
  await retention.stop();
  const archived = await readArchive(bytes(kept.get(old) ?? ''));
  const read = [];
  for await (const entry of archived.entries) read.push(entry);
  expect(read).toEqual(entries);
});

test('A4: a workflow that the hook fails to store stays, is reported, and is offered to it again', async () => {
  await using log = createMemoryEventLog();
  const [one, other] = [await workflow(log), await workflow(log)];
  vi.setSystemTime(Date.now() + 8 * DAY_MS);
  const errors: unknown[] = [];
  const isFull = { now: true };
  const archive: ArchiveHook = async ({ workflowId }) => {
    if (isFull.now && workflowId === one) throw new Error('The bucket is full.');
  };
  const retention = startRetention({ ...week, log, archive, onError: (e) => errors.push(e) });
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0));
  expect(await idsIn(log)).toEqual([one]);
  expect(errors[0]).toMatchObject({
    code: 'archive_not_written',
    message: expect.stringContaining(`the first is ${one}. The bucket is full.`),
  });
  expect(other).not.toBe(one);
  isFull.now = false;
  await vi.waitFor(async () => expect(await idsIn(log)).toEqual([]));
  await retention.stop();
});

test('A4: A13: stopping aborts the hook, waits for it, and removes nothing more', async () => {
  await using log = createMemoryEventLog();
  const old = await workflow(log);
  vi.setSystemTime(Date.now() + 8 * DAY_MS);
  const onError = vi.fn<(error: unknown) => void>();
  const told = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const state = { hasEnded: false };
  const archive: ArchiveHook = async (_record, _lines, signal) => {
    signal.addEventListener('abort', () => told.resolve());
    begun.resolve();
    await told.promise;
    state.hasEnded = true;
  };
  const retention = startRetention({ ...week, log, archive, onError });
  await begun.promise;
  await retention.stop();
  expect(state.hasEnded).toBe(true);
  expect(await idsIn(log)).toEqual([old]);
  expect(onError).not.toHaveBeenCalled();
});
