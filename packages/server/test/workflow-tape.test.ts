import { yieldToEventLoop } from '@runtape/async';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import {
  decodeStreamMessage,
  eventIdSchema,
  isSnapshotMessage,
  type WorkflowEvent,
} from '@runtape/events';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { initialState, reduce } from '@runtape/workflow-state';
import { TapeHistory, TapeRecorder } from '@runtape/workflow-state/tape';
import { expect, test } from 'vitest';
import { TapeCache } from '../src/read/snapshots/tape-cache.ts';
import { recordReads } from './record-reads.ts';
import { startApi } from './start-api.ts';

const tokens = (count: number, part = 'draft'): WorkflowEvent[] =>
  Array.from({ length: count }, (_, n) => makeToken(`${part}${n} `, { part }));
const status = (message: string) => makeEvent('status', { stage: 'working', message });

/** Folds events as the API returns them. */
function foldItems(
  workflowId: string,
  items: readonly { readonly id: string; readonly type: string }[],
) {
  let state = initialState(workflowId);
  for (const { id, ...item } of items) {
    const message = decodeStreamMessage(item);
    if (isSnapshotMessage(message)) throw new Error('That is no event.');
    state = reduce(state, { id: eventIdSchema.parse(id), event: message });
  }
  return state;
}

test('F9: the short tape matches the events, and grows with the log at the cost of the new events only', async () => {
  const log = createMemoryEventLog({});
  const { reads } = recordReads(log);
  await using started = startApi({ log });
  const testLog = await TestLog.create(log);
  await testLog.append(status('one'), ...tokens(2500));
  const { workflowId } = testLog;
  const { tape: first } = await started.caller.workflow.tape({ workflowId });
  expect(first).toEqual((await recorded(log, testLog)).short());
  reads.length = 0;
  await testLog.append(...tokens(3), status('two'));
  const { tape: second } = await started.caller.workflow.tape({ workflowId });
  expect(reads).toEqual([{ after: 2501, entries: 4 }]);
  expect(second).toEqual((await recorded(log, testLog)).short());
  const history = new TapeHistory(initialState(workflowId));
  if (second === null) throw new Error('There is no tape.');
  expect(history.adopt(second)).toBe(true);
  expect([history.length, history.cursor]).toEqual([2505, testLog.idOf(2505)]);
});

async function recorded(log: ReturnType<typeof createMemoryEventLog>, { workflowId }: TestLog) {
  const recorder = new TapeRecorder();
  const { entries } = await log.read(workflowId, { after: 0, limit: 10_000 });
  for (const entry of entries) recorder.add(entry);
  return recorder;
}

test('F9: a workflow without events has no short tape, and neither has an unknown one', async () => {
  await using started = startApi();
  const { workflowId } = await TestLog.create(started.log);
  expect(await started.caller.workflow.tape({ workflowId })).toEqual({ tape: null });
  const unknown = started.caller.workflow.tape({ workflowId: 'wf_zzzzzzzzzzzzzzzz' });
  await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('F9: the history of an event is returned in few events, and folds to the state at it, for every event', async () => {
  await using started = startApi();
  const testLog = await TestLog.create(started.log);
  await testLog.append(
    status('one'),
    ...tokens(40),
    status('two'),
    ...tokens(20, 'thinking-1'),
    makeToken('end', { part: 'draft', isComplete: true }),
    ...tokens(5, 'draft-2'),
  );
  const { workflowId } = testLog;
  const { events: all } = await started.caller.workflow.events({ workflowId });
  for (let seq = 1; seq <= testLog.tail; seq += 1) {
    const upTo = testLog.idOf(seq);
    const { events, next } = await started.caller.workflow.past({ workflowId, upTo });
    expect(next).toBe(upTo);
    expect(events.length).toBeLessThan(7);
    expect(foldItems(workflowId, events)).toEqual(foldItems(workflowId, all.slice(0, seq)));
  }
});

test('F9: a long history comes in pages, each after the last', async () => {
  await using started = startApi();
  const testLog = await TestLog.create(started.log);
  const text = 'x'.repeat(40);
  const some = Array.from({ length: 5000 }, () => makeToken(text));
  for (let n = 0; n < 9; n += 1) await testLog.append(...some);
  const { workflowId } = testLog;
  const upTo = testLog.idOf(44_000);
  const ends: (string | null)[] = [];
  const items = [];
  for (let after: string | null = null; after !== upTo; after = ends.at(-1) ?? null) {
    const asked = { workflowId, upTo, ...(after !== null && { after }) };
    const { events, next } = await started.caller.workflow.past(asked);
    items.push(...events);
    ends.push(next);
  }
  // The ends of the pages depend on which entries the log has already merged.
  const seqs = ends.map((id) => Number(id?.split('-')[1]));
  expect(seqs.length).toBeGreaterThan(1);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  expect(ends.at(-1)).toBe(upTo);
  expect(foldItems(workflowId, items).parts[0]?.text).toHaveLength(44_000 * text.length);
});

test.each([
  ['a future event', (testLog: TestLog) => ({ upTo: testLog.idOf(99) })],
  ['an event of another log', () => ({ upTo: 'other123-2' })],
  ['an empty id', () => ({ upTo: '' })],
  [
    'one before the one to begin after',
    (testLog: TestLog) => ({ upTo: testLog.idOf(1), after: testLog.idOf(2) }),
  ],
])('F9: the history of %s is refused', async (_, asked) => {
  await using started = startApi();
  const testLog = await TestLog.create(started.log);
  await testLog.append(...tokens(3));
  const call = started.caller.workflow.past({ workflowId: testLog.workflowId, ...asked(testLog) });
  await expect(call).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('K1: a tape is built from a long log in slices, once for all concurrent requests', async () => {
  const log = createMemoryEventLog({});
  const { reads } = recordReads(log);
  const testLogs = new TapeCache({ log });
  const testLog = await TestLog.create(log);
  for (let n = 0; n < 4; n += 1) await testLog.append(...tokens(5000));
  const record = await log.get(testLog.workflowId);
  if (record === null) throw new Error('There is no workflow.');
  const { signal } = new AbortController();
  let turns = 0;
  const over = new AbortController();
  const count = async (): Promise<void> => {
    for (; !over.signal.aborted; turns += 1) await yieldToEventLoop();
  };
  const counting = count();
  const [one, two] = await Promise.all([
    testLogs.get(record, signal),
    testLogs.get(record, signal),
  ]);
  over.abort();
  await counting;
  expect(one).toBe(two);
  expect(reads).toHaveLength(20);
  expect(turns).toBeGreaterThan(2);
});

test('K2: of the cached tapes the least recently used are dropped first', async () => {
  const log = createMemoryEventLog({});
  const { reads } = recordReads(log);
  const testLogs = new TapeCache({ log, maxTapes: 2 });
  const made = await Promise.all([1, 2, 3].map(() => TestLog.ended(log, 'a')));
  const { signal } = new AbortController();
  const get = async (n: number) => {
    const record = made[n] === undefined ? null : await log.get(made[n].workflowId);
    return record === null ? null : await testLogs.get(record, signal);
  };
  for (const n of [0, 1, 0, 2]) expect(await get(n)).not.toBeNull();
  expect(testLogs.size).toBe(2);
  reads.length = 0;
  await get(0);
  expect(reads).toEqual([{ after: 2, entries: 0 }]);
  await get(1);
  expect(reads.at(-1)).toEqual({ after: 0, entries: 2 });
});
