import type { EventMetadata, WorkflowSnapshot } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  completed,
  custom,
  type Emitted,
  entriesOf,
  foldAll,
  idOf,
  inStep,
  retrying,
  running,
  started,
  stepCompleted,
  stepStarted,
  timeOf,
} from './entries.ts';

type Listed = Emitted | readonly [Emitted, EventMetadata];

const customOf = (...events: readonly Listed[]): WorkflowSnapshot['custom'] =>
  foldAll(entriesOf(...events)).custom;

test('G2: a snapshot has the number of own events of each type, and the last of each', () => {
  expect(customOf(started, custom('item', 1), custom('page', 'a'), custom('item', 2))).toEqual({
    item: { count: 2, last: { id: idOf(4), at: timeOf(4), data: 2, isLeftOut: false } },
    page: { count: 1, last: { id: idOf(3), at: timeOf(3), data: 'a', isLeftOut: false } },
  });
});

test('G2: F5: own events of a completed step are counted once over attempts, and others anew', () => {
  const events = [
    started,
    running(1),
    inStep('read', stepStarted('read')),
    inStep('read', custom('item', 1)),
    inStep('read', custom('item', 2)),
    inStep('read', stepCompleted('read')),
    custom('item', 3),
    inStep('write', stepStarted('write')),
    inStep('write', custom('item', 4)),
    inStep('write', custom('page', 1)),
  ];
  expect(customOf(...events)).toMatchObject({
    item: { count: 4, last: { data: 4 } },
    page: { count: 1 },
  });
  for (const next of [retrying(2), running(2)]) {
    expect(Object.keys(customOf(...events, next))).toEqual(['item']);
    expect(customOf(...events, next)).toMatchObject({ item: { count: 2, last: { data: 2 } } });
    expect(customOf(...events, next, custom('item', 3))).toMatchObject({
      item: { count: 3, last: { data: 3 } },
    });
  }
});

test('G2: F5: steps that run side by side are counted apart until each completes', () => {
  const events = [
    started,
    running(1),
    inStep('a', stepStarted('a')),
    inStep('b', stepStarted('b')),
    inStep('b', custom('item', 'b1')),
    inStep('a', custom('item', 'a1')),
    inStep('b', custom('item', 'b2')),
    inStep('a', stepCompleted('a')),
  ];
  expect(customOf(...events)).toMatchObject({ item: { count: 3, last: { data: 'b2' } } });
  expect(customOf(...events, retrying(2))).toMatchObject({
    item: { count: 1, last: { data: 'a1' } },
  });
  const both = [...events, inStep('b', stepCompleted('b')), retrying(2)];
  expect(customOf(...both)).toMatchObject({ item: { count: 3, last: { data: 'b2' } } });
});

test.each(['constructor', 'toString', 'hasOwnProperty'])(
  'G2: types and steps may be called "%s", as properties of objects are',
  (name) => {
    const events = [
      inStep(name, stepStarted(name)),
      inStep(name, custom(name, 1)),
      inStep(name, stepCompleted(name)),
      retrying(2),
    ];
    expect(Object.entries(customOf(...events))).toMatchObject([[name, { count: 1 }]]);
  },
);

test('A13: large data is left out of a snapshot, and so are more than 200 types', () => {
  expect(customOf(custom('item', 'x'.repeat(10_001)))['item']?.last).toMatchObject({
    data: null,
    isLeftOut: true,
  });
  const types = Array.from({ length: 300 }, (_, index) => `type${index}`);
  const many = types.map((type) => custom(type));
  expect(Object.keys(customOf(...many))).toHaveLength(200);
  const inSteps = types.map((type, index) => inStep(`step${index}`, custom(type)));
  const { fold } = foldAll(entriesOf(...inSteps));
  expect(Object.keys(fold.custom.steps)).toHaveLength(200);
});

test('G2: an own event reports the time, and the spending so far', () => {
  const budget = { usd: 1 };
  const spent = { usage: null, cost: 0.5 };
  const begun = { ...started, data: { ...started.data, budget } };
  const events = entriesOf(begun, [custom('item'), { attempt: 1, spent }]);
  expect(foldAll(events)).toMatchObject({
    cursor: idOf(2),
    updatedAt: timeOf(2),
    spending: { limits: budget, cost: 0.5 },
  });
});

test('G2: the end of a workflow leaves its own events, and nothing for a further fold', () => {
  const { custom: counted, fold } = foldAll(
    entriesOf(started, inStep('a', stepStarted('a')), inStep('a', custom('item')), completed),
  );
  expect(counted).toMatchObject({ item: { count: 1 } });
  expect(fold).toEqual({ custom: { kept: {}, steps: {} }, state: null });
});

test('G2: without retries the counts are those of the log, however it is split into steps', () => {
  const step = fc.constantFrom('a', 'b', undefined);
  const type = fc.constantFrom('item', 'page');
  const event = fc
    .tuple(type, step)
    .map(([name, of]) => (of === undefined ? custom(name) : inStep(of, custom(name))));
  const end = fc.constantFrom('a', 'b').map((of) => inStep(of, stepCompleted(of)));
  fc.assert(
    fc.property(fc.array(fc.oneof(event, end), { maxLength: 40 }), (events) => {
      const types: readonly string[] = entriesOf(...events).map(({ event: { type: one } }) => one);
      for (const [counted, { count }] of Object.entries(customOf(...events))) {
        expect(count).toBe(types.filter((one) => one === counted).length);
      }
    }),
  );
});
