import { type EventMetadata, type WorkflowSnapshot, workflowSnapshotSchema } from '@runtape/events';
import {
  createReducer,
  initialState,
  ownState,
  type StateContract,
  type WorkflowReducer,
  type WorkflowStateError,
} from '@runtape/workflow-state';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyRun } from './arbitrary-runs.ts';
import {
  completed,
  custom,
  type Emitted,
  entriesOf,
  entryOf,
  foldAll,
  idOf,
  inStep,
  retrying,
  running,
  started,
  stepCompleted,
  stepStarted,
  type TestEntry,
  WORKFLOW_ID,
} from './entries.ts';

const NAME = 'commentOnIssue';

const contractOf = (
  reduce: (state: readonly unknown[], data: unknown) => unknown,
  state: unknown = [],
): StateContract => ({
  name: NAME,
  state,
  reduce: (before, { data }) => reduce(Array.isArray(before) ? before : [before], data),
});

/** Its state is the data of all events. */
const collecting = contractOf((items, data) => [...items, data]);

function foldWith(
  { reduce }: WorkflowReducer,
  entries: readonly TestEntry[],
  from: WorkflowSnapshot = initialState(WORKFLOW_ID),
): WorkflowSnapshot {
  return entries.reduce((state, entry) => reduce(state, entry), from);
}

function stateOf(
  contract: StateContract,
  ...events: readonly (Emitted | readonly [Emitted, EventMetadata])[]
): WorkflowSnapshot {
  return foldWith(createReducer([contract]), entriesOf(started, running(1), ...events));
}

const overJson = (state: WorkflowSnapshot): WorkflowSnapshot =>
  workflowSnapshotSchema.parse(JSON.parse(JSON.stringify(state)));

test('G2: the state of a workflow is the fold of its own events', () => {
  expect(ownState(stateOf(collecting))).toEqual([]);
  expect(ownState(stateOf(collecting, custom('item', 1), custom('item', 2)))).toEqual([1, 2]);
  expect(
    ownState(
      stateOf(
        contractOf(() => null),
        custom('item'),
      ),
    ),
  ).toBeNull();
});

test('G2: F5: whatever a later attempt repeats leaves no trace in the state', () => {
  fc.assert(
    fc.property(anyRun, ({ entries, visible }) => {
      const { reduce } = createReducer([collecting]);
      let state = initialState(WORKFLOW_ID);
      for (const [index, entry] of entries.entries()) {
        state = reduce(state, entry);
        const numbers = [...(visible[index] ?? [])];
        const seen = ownState(state);
        expect(Array.isArray(seen) && seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(
          numbers.toSorted((a, b) => a - b),
        );
        expect(state.custom['item']?.count ?? 0).toBe(numbers.length);
      }
    }),
  );
});

test('G2: F9: a fold continues from any snapshot, also after JSON, and gives the fold of all', () => {
  fc.assert(
    fc.property(anyRun, fc.nat(60), ({ entries }, cut) => {
      const snapshot = overJson(foldWith(createReducer([collecting]), entries.slice(0, cut)));
      const late = foldWith(createReducer([collecting]), entries.slice(cut), snapshot);
      expect(late).toEqual(foldWith(createReducer([collecting]), entries));
    }),
  );
});

test('G2: the events of a step keep their order in the state, also over attempts', () => {
  fc.assert(
    fc.property(anyRun, ({ entries }) => {
      const seen = ownState(foldWith(createReducer([collecting]), entries));
      const steps = new Map(entries.map(({ event }) => [event.data, event.metadata?.step]));
      for (const step of ['a', 'b', 'c']) {
        const numbers = (Array.isArray(seen) ? seen : []).filter((it) => steps.get(it) === step);
        expect(numbers).toEqual(numbers.toSorted((a, b) => Number(a) - Number(b)));
      }
    }),
  );
});

test('G2: the reducer sees each event of a workflow with one step at a time once', () => {
  const seen: unknown[] = [];
  const contract = contractOf((items, data) => {
    seen.push(data);
    return [...items, data];
  });
  const state = stateOf(
    contract,
    ...['a', 'b'].flatMap((step) => [
      inStep(step, stepStarted(step)),
      inStep(step, custom('item', step)),
      inStep(step, stepCompleted(step)),
    ]),
  );
  expect(ownState(state)).toEqual(['a', 'b']);
  expect(seen).toEqual(['a', 'b']);
});

test('G2: without its reducer the state is that of the snapshot, until an own event comes', () => {
  const snapshot = stateOf(collecting, custom('item', 1));
  const next = entriesOf(started, running(1), custom('item', 1), running(1), custom('item', 2));
  expect(ownState(foldAll(next.slice(3, 4), snapshot))).toEqual([1]);
  expect(ownState(foldAll(next.slice(3), snapshot))).toBeUndefined();
  expect(ownState(foldAll(next))).toBeUndefined();
});

test('G2: without its reducer a retry still shows the state of the completed steps', () => {
  const snapshot = stateOf(
    collecting,
    inStep('a', stepStarted('a')),
    inStep('a', custom('item', 1)),
    inStep('a', stepCompleted('a')),
    custom('item', 2),
  );
  expect(ownState(snapshot)).toEqual([1, 2]);
  expect(ownState(foldAll([entryOf(7, retrying(2))], snapshot))).toEqual([1]);
});

test('G2: a workflow that another version defined has no state, and is read like any other', () => {
  const other = { ...collecting, name: 'anotherWorkflow' };
  const snapshot = stateOf(other, custom('item', 1), completed);
  expect(snapshot).toMatchObject({
    status: 'completed',
    state: null,
    custom: { item: { count: 1 } },
  });
  expect(ownState(snapshot)).toBeUndefined();
});

test('G2: events of newer versions are no own events', () => {
  expect(ownState(stateOf(collecting, custom('agent:thought', 1), custom('reset', 2)))).toEqual([]);
});

const failing: readonly (readonly [string, StateContract, RegExp])[] = [
  [
    'throws',
    contractOf((items, data) => {
      if (data === 2) throw new Error('secret');
      return [...items, data];
    }),
    /^The reducer of commentOnIssue failed at an event "item"\.$/,
  ],
  [
    'changes the state that it is given',
    contractOf((items, data) => {
      if (data !== 2) return [...items, data];
      Reflect.apply(Array.prototype.push, items, [data]);
      return items;
    }),
    /failed at an event "item"/,
  ],
  [
    'changes the data of an event',
    contractOf((items, data) => {
      if (typeof data === 'object') Object.assign(data ?? {}, { at: 1 });
      return [...items, data];
    }),
    /failed at an event "item"/,
  ],
  [
    'returns a date',
    contractOf((items, data) => (data === 2 ? [...items, new Date(0)] : [...items, data])),
    /is not JSON: state\[1\] is an object of a class/,
  ],
  [
    'returns a promise',
    contractOf((items, data) => (data === 2 ? Promise.resolve(1) : [...items, data])),
    /is not JSON/,
  ],
  [
    'returns nothing',
    contractOf((items, data) => (data === 2 ? undefined : [...items, data])),
    /not JSON: state is undefined/,
  ],
  [
    'returns NaN',
    contractOf((items, data) => (data === 2 ? [...items, NaN] : [...items, data])),
    /not JSON: state\[1\] is NaN/,
  ],
  [
    'returns a function',
    contractOf((items, data) => (data === 2 ? { f: () => 1 } : [...items, data])),
    /state.f is function/,
  ],
];

test.each(failing)(
  'B5: the state stays when a reducer %s, and the workflow goes on',
  (_, contract, message) => {
    const errors: WorkflowStateError[] = [];
    const reducer = createReducer([contract], { onError: (error) => errors.push(error) });
    const wrong = contract === failing[2]?.[1] ? { title: 'Two' } : 2;
    const events = entriesOf(
      started,
      custom('item', 1),
      custom('item', wrong),
      custom('item', 3),
      completed,
    );
    const snapshot = foldWith(reducer, events);
    const error = { code: 'reducer_failed', message: expect.stringMatching(message), id: idOf(3) };
    expect(snapshot).toMatchObject({ status: 'completed', state: [1], stateError: error });
    expect(snapshot.custom['item']?.count).toBe(3);
    expect(errors).toMatchObject([{ code: 'reducer_failed', workflow: NAME }]);
  },
);

test('B5: a state that cannot be read is an error, too', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const getter = Object.defineProperty({}, 'at', { enumerable: true, get: () => fail() });
  for (const unreadable of [proxy, getter]) {
    expect(
      stateOf(
        contractOf(() => unreadable),
        custom('item'),
      ).stateError,
    ).toMatchObject({
      code: 'reducer_failed',
      message: expect.stringContaining('cannot be read'),
    });
  }
});

test('B5: a circle in a state is an error, too', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  expect(
    stateOf(
      contractOf(() => circle),
      custom('item'),
    ).stateError,
  ).toMatchObject({
    code: 'reducer_failed',
    message: expect.stringContaining('nested too deeply'),
  });
});

test('B5: a state before the first event that is not JSON is an error at the start', () => {
  expect(stateOf(contractOf((items) => items, new Map()))).toMatchObject({
    state: null,
    stateError: { code: 'reducer_failed', id: idOf(1) },
  });
});

test('B5: after an error a retry goes on from the state of the completed steps', () => {
  const [, throwing] = failing[0] ?? fail();
  const snapshot = stateOf(
    throwing,
    inStep('a', stepStarted('a')),
    inStep('a', custom('item', 1)),
    inStep('a', stepCompleted('a')),
    custom('item', 2),
    retrying(2),
    running(2),
    custom('item', 3),
  );
  expect(snapshot).toMatchObject({ state: [1, 3], stateError: null });
});

function fail(): never {
  throw new Error('There is no such case.');
}

test('A13: a state of more than 500,000 characters is an error, and the smaller one stays', () => {
  const large = 'x'.repeat(100_000);
  const events = Array.from({ length: 6 }, () => custom('item', large));
  const snapshot = stateOf(collecting, ...events);
  expect(snapshot).toMatchObject({
    state: { length: 4 },
    stateError: { code: 'state_too_large', message: expect.stringContaining('500,000') },
  });
});

test('A13: the events of steps beside each other are kept up to a limit, which a retry reports', () => {
  const large = 'x'.repeat(100_000);
  const events = [
    inStep('a', stepStarted('a')),
    inStep('b', stepStarted('b')),
    ...Array.from({ length: 12 }, () => inStep('b', custom('item', large))),
    inStep('b', stepCompleted('b')),
  ];
  const counting = contractOf(([count]) => Number(count) + 1, 0);
  const snapshot = stateOf(counting, ...events);
  expect(snapshot).toMatchObject({ state: 12, stateError: null });
  expect(JSON.stringify(snapshot).length).toBeLessThan(1_500_000);
  expect(stateOf(counting, ...events, retrying(2))).toMatchObject({
    state: 0,
    stateError: { code: 'state_too_large', message: expect.stringContaining('step "b"') },
  });
});
