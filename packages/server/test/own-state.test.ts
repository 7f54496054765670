import { defineContract } from '@runtape/engine/define';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { otherEventSchema, type WorkflowEvent, type WorkflowSnapshot } from '@runtape/events';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { createReducer, initialState, ownState } from '@runtape/workflow-state';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { newRequest } from './requests.ts';
import { startApi } from './start-api.ts';
import { SnapshotCache } from '../src/read/snapshots/snapshot-cache.ts';
import { makeReset, makeState } from '../src/read/snapshots/snapshot-messages.ts';

const NAME = 'commentOnIssue';
const contract = {
  name: NAME,
  state: { items: [] },
  reduce: (state: unknown, { data }: { readonly data: unknown }) => {
    if (data === 13) throw new Error('An unlucky number.');
    const items = typeof state === 'object' && state !== null && 'items' in state && state.items;
    return { items: [...(Array.isArray(items) ? items : []), data] };
  },
};
const { reduce, applyStreamEntry } = createReducer([contract]);

const started = makeEvent('workflow:started', { workflow: NAME, title: 'A', target: 'b' });

function own(data: number, step?: string): WorkflowEvent {
  const { timestamp } = started;
  const metadata = { attempt: 1, ...(step !== undefined && { step }) };
  return otherEventSchema.parse({ type: 'item', data, timestamp, metadata });
}

const step = fc.constantFrom('a', 'b');
const attempt = fc.integer({ min: 1, max: 4 });
const reason = { code: 'busy', message: 'Busy.' };
const anyEvent: fc.Arbitrary<WorkflowEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(14), fc.option(step)).map(([n, of]) => own(n, of ?? undefined)),
  },
  { weight: 3, arbitrary: fc.string().map((text) => makeToken(text)) },
  { weight: 2, arbitrary: step.map((of) => makeEvent('step:started', { step: of })) },
  {
    weight: 2,
    arbitrary: step.map((of) => makeEvent('step:completed', { step: of, durationMs: 1 })),
  },
  attempt.map((n) => makeEvent('workflow:running', { attempt: n, maxAttempts: 4 })),
  attempt.map((n) =>
    makeEvent('workflow:retrying', { attempt: n, maxAttempts: 4, inMs: 1, reason }),
  ),
);

const signal = new AbortController().signal;

test('G2: the snapshot of the server is the fold of the log, with its own state, at each event', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { maxLength: 30 }), async (events) => {
      const log = createMemoryEventLog({});
      const testLog = await TestLog.create(log);
      const kept = new SnapshotCache({ log, reduce });
      let state = initialState(testLog.workflowId);
      for (const event of [started, ...events]) {
        await testLog.append(event);
        state = reduce(state, { id: testLog.idOf(testLog.tail), event });
        const record = await log.get(testLog.workflowId);
        if (record === null) throw new Error('The workflow is gone.');
        const cold = new SnapshotCache({ log, reduce });
        expect(await kept.get(record, signal)).toEqual(state);
        expect(await cold.get(record, signal)).toEqual(state);
      }
    }),
    { numRuns: 60 },
  );
});

test('G2: F2: a reader who gets a reset or a state goes on from it with its own reducer', async () => {
  const log = createMemoryEventLog({});
  const testLog = await TestLog.create(log);
  await testLog.append(started, makeEvent('step:started', { step: 'a' }), own(1, 'a'), own(2));
  const snapshots = new SnapshotCache({ log, reduce });
  const record = await log.get(testLog.workflowId);
  if (record === null) throw new Error('The workflow is gone.');
  const reset = await makeReset(snapshots, record, 'trimmed', signal);
  const made = await makeState(snapshots, record, signal);
  for (const { id, message } of [reset, made]) {
    let state: WorkflowSnapshot = initialState(testLog.workflowId);
    state = applyStreamEntry(state, { id, message: structuredClone(message) });
    expect(ownState(state)).toEqual({ items: [1, 2] });
    const next = {
      id: testLog.idOf(5),
      message: makeEvent('step:completed', { step: 'a', durationMs: 1 }),
    };
    state = applyStreamEntry(state, next);
    const running = makeEvent('workflow:running', { attempt: 2, maxAttempts: 3 });
    state = applyStreamEntry(state, { id: testLog.idOf(6), message: running });
    expect(ownState(state)).toEqual({ items: [1] });
  }
});

test('G2: without the contract of a workflow its snapshot has no state', async () => {
  const log = createMemoryEventLog({});
  const testLog = await TestLog.create(log, { workflow: 'ofAnotherVersion' });
  const begun = makeEvent('workflow:started', { ...started.data, workflow: 'ofAnotherVersion' });
  await testLog.append(begun, own(1));
  const record = await log.get(testLog.workflowId);
  if (record === null) throw new Error('The workflow is gone.');
  const snapshot = await new SnapshotCache({ log, reduce }).get(record, signal);
  expect(snapshot).toMatchObject({ state: null, stateError: null, custom: { item: { count: 1 } } });
  expect(ownState(snapshot)).toBeUndefined();
});

test('F9, G2: the state of a workflow is known right after any of its events', async () => {
  const workflow = defineContract({
    name: NAME,
    input: z.unknown(),
    events: { item: z.number() },
    state: { sum: 0 },
    reduce: ({ sum }, { data }) => ({ sum: sum + data }),
  });
  await using api = startApi({ workflows: [workflow] });
  const testLog = await TestLog.create(api.log);
  await testLog.append(started, ...[1, 2, 3].map((data) => own(data)));
  const { workflowId, incarnation } = testLog;
  const get = async (seq: number) =>
    (await api.caller.workflow.get({ workflowId, at: `${incarnation}-${seq}` })).snapshot;
  for (const [seq, sum] of [
    [4, 6],
    [2, 1],
    [3, 3],
    [2, 1],
    [1, 0],
  ] as const) {
    expect(await get(seq)).toMatchObject({ cursor: `${incarnation}-${seq}`, state: { sum } });
  }
  const path = `/api/workflows/${workflowId}?at=${incarnation}-2`;
  const answer = await api.api.fetch(newRequest(path));
  expect(await answer.json()).toMatchObject({ snapshot: { state: { sum: 1 } } });
  await expect(get(5)).rejects.toMatchObject({ message: expect.stringContaining('no such event') });
});
