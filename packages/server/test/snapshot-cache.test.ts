import type { EventLog } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, makeToken } from '@runtape/testing';
import { setImmediate } from 'node:timers/promises';
import { draftText } from '@runtape/github-workflows/contract';
import { expect, test } from 'vitest';
import { SnapshotCache, type SnapshotCacheOptions } from '../src/read/snapshots/snapshot-cache.ts';
import { eventually } from './eventually.ts';
import { recordReads } from './record-reads.ts';
import { TestLog } from '@runtape/testing';

const MEGABYTE = 1_000_000;

/** A cache of a log whose reads are recorded. */
function open(options: Partial<SnapshotCacheOptions> = {}) {
  const log = createMemoryEventLog({});
  const { readMerged, reads, delays } = recordReads(log);
  const snapshots = new SnapshotCache({ log, ...options });
  const get = async ({ workflowId }: TestLog, signal = new AbortController().signal) =>
    await snapshots.get(await recordOf(log, workflowId), signal);
  return { log, readMerged, reads, delays, snapshots, get };
}

/** Resolves when a page of the log was requested. */
async function untilPageRequested({ readMerged }: ReturnType<typeof open>): Promise<void> {
  await eventually(() => expect(readMerged).toHaveBeenCalled());
}

async function recordOf(log: EventLog, workflowId: TestLog['workflowId']) {
  const record = await log.get(workflowId);
  if (record === null) throw new Error(`There is no ${workflowId}.`);
  return record;
}

test('F3: a repeated request reads only what is new, and nothing if nothing is', async () => {
  const opened = open();
  const testLog = await TestLog.create(opened.log);
  await testLog.append(makeToken('one '), makeToken('two '));
  const first = await opened.get(testLog);
  expect(await opened.get(testLog)).toBe(first);
  await testLog.append(makeToken('three'));
  expect(draftText(await opened.get(testLog))).toBe('one two three');
  await testLog.complete();
  const last = await opened.get(testLog);
  expect(last).toMatchObject({ status: 'completed', cursor: testLog.idOf(4) });
  expect(await opened.get(testLog)).toBe(last);
  expect(opened.reads).toEqual([
    { after: 0, entries: 2 },
    { after: 2, entries: 1 },
    { after: 3, entries: 1 },
  ]);
});

test('F3: concurrent readers cause one fold, even when one of them leaves', async () => {
  const opened = open();
  const testLog = await TestLog.ended(opened.log, 'shared');
  const gate = Promise.withResolvers<void>();
  opened.delays.before = () => gate.promise;
  const disconnect = new AbortController();
  const leaving = opened.get(testLog, disconnect.signal);
  const staying = [opened.get(testLog), opened.get(testLog)];
  await untilPageRequested(opened);
  disconnect.abort();
  await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
  gate.resolve();
  const [one, other] = await Promise.all(staying);
  expect(one).toBe(other);
  expect(opened.reads).toHaveLength(1);
});

test('F3: when all waiting readers leave, the fold ends; the next reader starts another', async () => {
  const opened = open();
  const testLog = await TestLog.ended(
    opened.log,
    ...Array.from({ length: 200 }, () => 'x'.repeat(1000)),
  );
  const gate = Promise.withResolvers<void>();
  opened.delays.after = () => gate.promise;
  const disconnect = new AbortController();
  const leaving = opened.get(testLog, disconnect.signal);
  await untilPageRequested(opened);
  disconnect.abort();
  await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
  gate.resolve();
  await setImmediate();
  expect(opened.reads).toHaveLength(1);
  expect(draftText(await opened.get(testLog))).toHaveLength(200_000);
});

test('A3: a reader that joins a fold from before an event still gets a snapshot with that event', async () => {
  const opened = open();
  const testLog = await TestLog.create(opened.log);
  await testLog.append(makeToken('before'));
  const gate = Promise.withResolvers<void>();
  opened.delays.after = () => gate.promise;
  const early = opened.get(testLog);
  await untilPageRequested(opened);
  await testLog.append(makeToken(', after'));
  const late = opened.get(testLog);
  await recordOf(opened.log, testLog.workflowId);
  gate.resolve();
  expect(draftText(await early)).toBe('before');
  expect(draftText(await late)).toBe('before, after');
  expect(opened.reads).toEqual([
    { after: 0, entries: 1 },
    { after: 1, entries: 1 },
  ]);
});

test('F3: the least recently used snapshots are dropped, by count', async () => {
  const opened = open({ maxSnapshots: 2 });
  const [one, two, three] = [
    await TestLog.ended(opened.log, 'one'),
    await TestLog.ended(opened.log, 'two'),
    await TestLog.ended(opened.log, 'three'),
  ];
  for (const testLog of [one, two, one, three]) await opened.get(testLog);
  expect(opened.snapshots.size).toBe(2);
  opened.reads.length = 0;
  await opened.get(one);
  await opened.get(three);
  expect(opened.reads).toEqual([]);
  await opened.get(two);
  expect(opened.reads).toHaveLength(1);
});

test('F3: and by size; one that is too large alone is not cached', async () => {
  const opened = open({ maxBytes: 3 * MEGABYTE });
  const large = 'x'.repeat(MEGABYTE);
  const [one, two] = [
    await TestLog.ended(opened.log, large),
    await TestLog.ended(opened.log, large),
  ];
  const tooLarge = await TestLog.ended(opened.log, large, large);
  await opened.get(one);
  await opened.get(two);
  expect(opened.snapshots.size).toBe(1);
  expect(draftText(await opened.get(tooLarge))).toHaveLength(2 * MEGABYTE);
  expect(opened.snapshots.size).toBe(1);
});

test('F2: snapshots of a log that is gone are dropped: another incarnation, or a lost end', async () => {
  const opened = open();
  const testLog = await TestLog.create(opened.log);
  await testLog.append(makeToken('one '), makeToken('two '));
  const before = await recordOf(opened.log, testLog.workflowId);
  await opened.get(testLog);
  const get = (change: object) =>
    opened.snapshots.get({ ...before, ...change }, new AbortController().signal);
  // The log is unchanged; that it is read from its start shows that the snapshot was dropped.
  await get({ tail: 1 });
  await expect(get({ incarnation: 'otherlog' })).rejects.toMatchObject({ code: 'unavailable' });
  expect(draftText(await opened.get(testLog))).toBe('one two ');
  expect(opened.reads.map(({ after }) => after)).toEqual([0, 0, 0, 0]);
});

test('before its first event a workflow has the state known from its start', async () => {
  const opened = open();
  const testLog = await TestLog.create(opened.log);
  expect(await opened.get(testLog)).toMatchObject({ cursor: null, title: 'Tokens arrive twice' });
  await testLog.append(makeToken('one'));
  expect(await opened.get(testLog)).toMatchObject({ cursor: testLog.idOf(1) });
});

test('F3: 50 MB of tool output are read in pages of about a megabyte, and the snapshot is small', async () => {
  const opened = open();
  const testLog = await TestLog.create(opened.log);
  const output = 'x'.repeat(100_000);
  for (let call = 0; call < 500; call += 1) {
    const callId = `c${call}`;
    await testLog.append(
      makeEvent('tool:returned', {
        callId,
        name: 'read_file',
        ok: true,
        summary: 'a file',
        output,
        truncated: false,
        durationMs: 1,
      }),
    );
  }
  await testLog.append(makeToken('All of the text', { isComplete: true }));
  const snapshot = await opened.get(testLog);
  expect(snapshot.tools).toHaveLength(500);
  expect(JSON.stringify(snapshot).length).toBeLessThan(2.3 * MEGABYTE);
  expect(draftText(snapshot)).toBe('All of the text');
  expect(Math.max(...opened.reads.map(({ entries }) => entries))).toBeLessThanOrEqual(11);
});
