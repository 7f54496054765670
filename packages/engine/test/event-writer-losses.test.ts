import { newIncarnation } from '@runtape/event-log';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AttemptOvertaken } from '../src/index.ts';
import type { Fault } from './flaky-log.ts';
import { at, openWriter, status, token } from './writer-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A clock that the test sets. */
function clock() {
  const time = { now: at };
  return { pass: (ms: number) => (time.now += ms), now: () => time.now };
}

const step = (name: string) => ({
  event: { type: 'step:completed', data: { step: name, durationMs: 0 } } as const,
  kept: { step: name, result: name },
});

/** Advances the time until a promise settles. */
async function drained(doing: Promise<void>): Promise<void> {
  const state = { isDone: false };
  const done = doing.finally(() => {
    state.isDone = true;
  });
  while (!state.isDone) await vi.advanceTimersByTimeAsync(100);
  await done;
}

describe('a store that recovers without its last entries', () => {
  test('F1: receives them again from the writer: the same ids, results and summary', async () => {
    const { writer, store, log, attempt, entries, closedWith } = await openWriter();
    await writer.emit(status('one'));
    await writer.flush();
    const lose = store.mark();
    await writer.emit(status('two'), { summary: { stage: 'two' } });
    await writer.flush();
    const { event, kept } = step('read');
    await writer.emit(event, { kept });
    await writer.flush();
    await writer.emit(token('text'));
    await writer.flush();
    const before = await entries();
    lose();
    expect(await entries()).toHaveLength(1);
    await writer.emit(status('next'));
    await writer.flush();
    expect((await entries()).slice(0, -1)).toEqual(before);
    expect(await log.steps(attempt.workflowId)).toEqual(new Map([['read', 'read']]));
    expect((await log.get(attempt.workflowId))?.summary.stage).toBe('two');
    expect(closedWith).toEqual([]);
  });

  test('F1: receives them again even if nothing more is emitted, once the writer is told to check', async () => {
    const { writer, store, entries } = await openWriter();
    const lose = store.mark();
    for (const each of ['one', 'two', 'three']) {
      await writer.emit(status(each));
      await writer.flush();
    }
    const before = await entries();
    lose();
    writer.reconcile();
    await vi.waitFor(async () => expect(await entries()).toEqual(before));
    expect(writer.storedTo).toBe(3);
  });

  test('F1: receives them again when it loses them twice', async () => {
    const { writer, store, entries, closedWith } = await openWriter();
    const lose = store.mark();
    await writer.emit(status('one'));
    await writer.flush();
    const before = await entries();
    for (const _ of [1, 2, 3]) {
      lose();
      writer.reconcile();
      await vi.waitFor(async () => expect(await entries()).toEqual(before));
    }
    expect(closedWith).toEqual([]);
  });

  test('F1: batches that it confirmed and still served seconds later are on its disk, and are not kept', async () => {
    const { pass, now } = clock();
    const { writer, store, closedWith } = await openWriter([], { now });
    const lose = store.mark();
    await writer.emit(status('one'));
    await writer.flush();
    pass(6_000);
    writer.confirmDurable(now());
    lose();
    await writer.emit(status('two'));
    await expect(writer.flush()).rejects.toMatchObject({ code: 'log_lost' });
    expect(closedWith).toMatchObject([{ code: 'log_lost' }]);
  });

  test('F1: however long it is unavailable, the latest confirmed batches are written again', async () => {
    const { pass, now } = clock();
    const { writer, store, entries, closedWith } = await openWriter([], {
      now,
      leaseMs: 3_600_000,
    });
    const lose = store.mark();
    await writer.emit(status('one'));
    await writer.flush();
    pass(59_000);
    lose();
    await writer.emit(status('two'));
    await writer.flush();
    expect((await entries()).map(({ event }) => event.data)).toMatchObject([
      { message: 'one' },
      { message: 'two' },
    ]);
    expect(closedWith).toEqual([]);
  });

  test('F1: the kept bytes are limited', async () => {
    const { writer, store, closedWith } = await openWriter();
    const lose = store.mark();
    for (let n = 0; n < 12; n += 1) {
      await writer.emit(status('x'.repeat(500_000)));
      await writer.flush();
    }
    lose();
    await writer.emit(status('two'));
    await expect(writer.flush()).rejects.toMatchObject({ code: 'log_lost' });
    expect(closedWith).toMatchObject([{ code: 'log_lost' }]);
  });

  test('F5: without the attempt itself ends the attempt', async () => {
    const { store, log, attempt, writer, closedWith } = await openWriter();
    await log.release(attempt.workflowId, { attempt: 1 });
    const lose = store.mark();
    const later = await log.begin(attempt.workflowId, { leaseMs: 60_000 });
    expect(later.attempt).toBe(2);
    const second = await openWriter([], { attempt: later, log });
    await second.writer.emit(status('one'));
    await second.writer.flush();
    lose();
    await second.writer.emit(status('two'));
    await expect(second.writer.flush()).rejects.toBeInstanceOf(AttemptOvertaken);
    writer.end(new AttemptOvertaken('The test is over.'));
    expect(closedWith).toHaveLength(1);
  });

  test.each(['none', 'after', 'before', 'late'] as const)(
    'F5: an attempt whose lease ran out in the meantime continues under a new incarnation (its renewal: %s)',
    async (fault) => {
      const { pass, now } = clock();
      // Three appends, the last of which is refused, then a read and the renewal.
      const faults: Fault[] = ['none', 'none', 'none', 'none', fault];
      const { writer, store, attempt, entries, closedWith } = await openWriter(faults, { now });
      await writer.emit(status('one'));
      await writer.flush();
      const lose = store.mark();
      await writer.emit(status('two'));
      await writer.flush();
      lose();
      pass(61_000);
      await writer.emit(status('three'));
      await drained(writer.flush());
      const found = await entries();
      expect(found.map(({ event }) => event.data)).toMatchObject([
        { message: 'one' },
        { message: 'two' },
        { message: 'three' },
      ]);
      const [first] = found;
      expect(first?.id.startsWith(attempt.record.incarnation)).toBe(false);
      expect(writer.name).toEqual({ attempt: 1, incarnation: first?.id.split('-')[0] });
      expect(closedWith).toEqual([]);
    },
  );

  test('F5: a log that another holder renamed is left to that holder', async () => {
    const { writer, log, attempt } = await openWriter();
    const renamed = newIncarnation(() => 0.25);
    await log.renew(attempt.workflowId, { attempt: 1, leaseMs: 60_000, newIncarnation: renamed });
    await writer.emit(status('one'));
    await expect(writer.flush()).rejects.toBeInstanceOf(AttemptOvertaken);
  });
});
