import type { Entry } from '@runtape/event-log';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fault } from './flaky-log.ts';
import { openWriter, status, token, type WriterHarness } from './writer-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Action =
  | { readonly kind: 'token'; readonly part: string; readonly step: string; readonly ends: boolean }
  | { readonly kind: 'status' | 'step' | 'turn' | 'flush' };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('token' as const),
      part: fc.constantFrom('draft', 'title'),
      step: fc.constantFrom('one', 'two'),
      ends: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('status', 'step', 'turn', 'flush') }),
  },
);
const fault: fc.Arbitrary<Fault> = fc.constantFrom('none', 'none', 'before', 'after', 'late');

/** Emits pieces with unique numbers. @returns the pieces, in order. */
async function act(harness: WriterHarness, actions: readonly Action[]): Promise<string[]> {
  const emitted: string[] = [];
  for (const [number, todo] of actions.entries()) {
    const { writer } = harness;
    if (todo.kind === 'token') {
      emitted.push(`${todo.step} ${todo.part} ${number}${todo.ends ? ' end' : ''}`);
      await writer.emit(token(`${number};`, todo.part, todo.ends), { step: todo.step });
    } else if (todo.kind === 'status') {
      emitted.push(`status ${number}`);
      await writer.emit(status(`${number}`), { summary: { stage: `${number}` } });
    } else if (todo.kind === 'step') {
      emitted.push(`step ${number}`);
      const data = { step: `${number}`, durationMs: 0 };
      const kept = { step: `${number}`, result: number };
      await writer.emit({ type: 'step:completed', data }, { kept });
    } else if (todo.kind === 'flush') {
      await writer.flush();
    } else {
      await new Promise(setImmediate);
    }
  }
  await harness.writer.flush();
  return emitted;
}

/** The pieces in an entry of the log; a joined token contains several. */
function piecesOf({ event }: Entry): string[] {
  if (event.type === 'status') return [`status ${event.data.message}`];
  if (event.type === 'step:completed') return [`step ${event.data.step}`];
  if (event.type !== 'token') return [event.type];
  const { part, content, isComplete } = event.data;
  const numbers = content.split(';').slice(0, -1);
  return numbers.map((number, index) => {
    const ends = isComplete && index === numbers.length - 1;
    return `${event.metadata?.step} ${part} ${number}${ends ? ' end' : ''}`;
  });
}

/** Advances the time until a promise settles. */
async function passTime<Result>(doing: Promise<Result>): Promise<Result> {
  const state = { isDone: false };
  const done = doing.finally(() => {
    state.isDone = true;
  });
  while (!state.isDone) {
    await new Promise(setImmediate);
    vi.advanceTimersByTime(500);
  }
  return await done;
}

test('F1: F5: whatever is lost on the way, every event is in the log once, in order, with its data', async () => {
  const plan = fc.record({
    actions: fc.array(action, { maxLength: 60 }),
    faults: fc.array(fault, { maxLength: 40 }),
    maxInFlight: fc.integer({ min: 1, max: 8 }),
    turns: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 }),
  });
  let losses = 0;
  await fc.assert(
    fc.asyncProperty(plan, async ({ actions, faults, maxInFlight, turns }) => {
      const harness = await openWriter(faults, { maxInFlight });
      let request = 0;
      harness.flaky.travel = async () => {
        request += 1;
        const wait = turns[request % turns.length] ?? 0;
        for (let turn = 0; turn < wait; turn += 1) await Promise.resolve();
      };
      const emitted = await passTime(act(harness, actions));
      // Delayed requests arrive now at the latest, and must be refused.
      await harness.flaky.untilIdle();
      const entries = await harness.entries();
      expect(entries.flatMap(piecesOf)).toEqual(emitted);
      const steps = await harness.log.steps(harness.attempt.workflowId);
      const named = emitted.filter((piece) => piece.startsWith('step '));
      expect([...steps.keys()].map((step) => `step ${step}`).toSorted()).toEqual(named.toSorted());
      const stages = emitted.filter((piece) => piece.startsWith('status '));
      const record = await harness.log.get(harness.attempt.workflowId);
      expect(record?.summary.stage).toBe(stages.at(-1)?.slice('status '.length));
      expect(harness.closedWith).toEqual([]);
      losses += faults
        .slice(0, harness.flaky.appends.length)
        .filter((kind) => kind !== 'none').length;
    }),
    { numRuns: 300 },
  );
  expect(losses).toBeGreaterThan(300);
});

test('F5: whatever is lost on the way, a writer stores nothing after it was taken over', async () => {
  const plan = fc.record({
    before: fc.array(action, { maxLength: 20 }),
    // A writer that is overtaken without writing anything need not notice, but may: a reply to an
    // earlier append may arrive late.
    after: fc
      .array(action, { minLength: 1, maxLength: 20 })
      .filter((actions) => actions.some(({ kind }) => kind !== 'turn' && kind !== 'flush')),
    faults: fc.array(fault, { maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ before, after, faults }) => {
      const harness = await openWriter(faults);
      const { workflowId } = harness.attempt;
      await passTime(act(harness, before));
      await harness.log.release(workflowId, { attempt: 1 });
      await harness.log.begin(workflowId, { leaseMs: 60_000 });
      const taken = (await harness.entries()).length;
      const outcome = await passTime(
        act(harness, after).then(
          () => 'wrote it all',
          () => 'was stopped',
        ),
      );
      await harness.flaky.untilIdle();
      expect(outcome).toBe('was stopped');
      expect((await harness.entries()).length).toBe(taken);
    }),
    { numRuns: 100 },
  );
});

test('F1: whatever is lost on the way, and then by the store, is stored in the end, in order and once', async () => {
  const requests = fc.array(fc.nat(40), { maxLength: 6 });
  const plan = fc.record({
    actions: fc.array(action, { minLength: 3, maxLength: 40 }),
    faults: fc.array(fault, { maxLength: 30 }),
    marks: requests,
    losses: requests,
  });
  let losses = 0;
  await fc.assert(
    fc.asyncProperty(plan, async ({ actions, faults, ...at }) => {
      const harness = await openWriter(faults);
      const seen = new Map<string, string>();
      let lose = harness.store.mark();
      let request = 0;
      harness.flaky.travel = async () => {
        for (const entry of await harness.entries()) {
          const said = piecesOf(entry).join();
          expect(seen.get(entry.id) ?? said).toBe(said);
          seen.set(entry.id, said);
        }
        request += 1;
        if (at.marks.includes(request)) lose = harness.store.mark();
        if (!at.losses.includes(request)) return;
        lose();
        losses += 1;
      };
      const emitted = await passTime(act(harness, actions));
      at.losses.length = 0;
      // A lost last event is only noticed with a later one.
      await passTime(harness.writer.emit(status('last')).then(() => harness.writer.flush()));
      await harness.flaky.untilIdle();
      expect((await harness.entries()).flatMap(piecesOf)).toEqual([...emitted, 'status last']);
      const steps = await harness.log.steps(harness.attempt.workflowId);
      const named = emitted.filter((piece) => piece.startsWith('step '));
      expect([...steps.keys()].map((step) => `step ${step}`).toSorted()).toEqual(named.toSorted());
      expect(harness.closedWith).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(losses).toBeGreaterThan(100);
});

test('F1: two outages of a store are reported twice, with their ends, however often it is retried', async () => {
  // It answers reads all the time, like a full disk or a Redis without memory.
  const full: Fault[] = ['before', 'none', 'before', 'none', 'before', 'none'];
  const { writer, outages, entries } = await openWriter([...full, 'none', ...full]);
  await writer.emit(status('one'));
  await passTime(writer.flush());
  expect(outages).toEqual(['The store does not answer.', 'back']);
  await writer.emit(status('two'));
  await passTime(writer.flush());
  expect(outages).toEqual([
    'The store does not answer.',
    'back',
    'The store does not answer.',
    'back',
  ]);
  expect((await entries()).flatMap(piecesOf)).toEqual(['status one', 'status two']);
});

test('F1: a store that does not even answer reads is reported once, and so is its recovery', async () => {
  const { writer, outages } = await openWriter(['before', 'before', 'before', 'before']);
  writer.reconcile();
  await vi.waitFor(() => expect(outages).toEqual(['The store does not answer.']));
  await passTime(writer.emit(status('one')).then(() => writer.flush()));
  expect(outages).toEqual(['The store does not answer.', 'back']);
});

test('F1: an attempt that has ended waits for no store, and later failures are not reported', async () => {
  const { writer, outages, flaky } = await openWriter(['before', 'before']);
  const { promise: held, resolve: go } = Promise.withResolvers<void>();
  flaky.travel = () => held;
  await writer.emit(status('one'));
  await writer.emit(status('two'));
  writer.end(new Error('Over.'));
  go();
  await flaky.untilIdle();
  await new Promise(setImmediate);
  expect(outages).toEqual([]);
});
