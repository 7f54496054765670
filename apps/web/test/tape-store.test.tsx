import type { EventItem, EventPage } from '@runtape/client';
import { formatEventId } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TapeStore } from '../src/tape/tape-store.ts';

const idOf = (seq: number) => formatEventId({ incarnation: 'k3v9x2ab', seq });

const eventOf = (seq: number): EventItem => ({
  id: idOf(seq),
  type: 'status',
  data: { stage: 's', message: `${seq}` },
  timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
});

/** A tape with five loaded events; the rest never arrives. */
async function halfReadStore(): Promise<{ store: TapeStore } & Disposable> {
  let pages = 0;
  const store = new TapeStore({
    workflowId: 'wf_0123456789abcdef',
    at: null,
    readPage: async (): Promise<EventPage> => {
      pages += 1;
      if (pages > 1) return await new Promise<never>(() => {});
      return { events: [1, 2, 3, 4, 5].map(eventOf), next: idOf(5), ended: false };
    },
  });
  const stop = store.start();
  store.reach(idOf(5), false);
  await vi.advanceTimersByTimeAsync(2000);
  store.reach(idOf(8), false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(store.getView()).toMatchObject({ index: null, hasAll: false });
  return { store, [Symbol.dispose]: stop };
}

const frame = () => vi.advanceTimersByTimeAsync(100);

beforeEach(() => {
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'requestAnimationFrame',
      'cancelAnimationFrame',
      'performance',
    ],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

test('F9: a step forward from the tail stays at the tail, even while events are being read', async () => {
  using half = await halfReadStore();
  half.store.step(1);
  await frame();
  expect(half.store.getView()).toMatchObject({ index: null, moment: { kind: 'now' } });
  expect(half.store.getView().position).toBe(half.store.getView().history.lengthMs);
});

test('F9: a jump beyond the last loaded event ends at that event', async () => {
  using half = await halfReadStore();
  half.store.step(-2);
  await frame();
  expect(half.store.getView().index).toBe(2);
  half.store.step(10);
  await frame();
  const { index, position, history, moment } = half.store.getView();
  expect(index).toBe(4);
  expect(position).toBe(history.lengthMs);
  expect(moment).toMatchObject({ kind: 'past', id: idOf(5) });
});

test('F9: a jump before the first event ends at the first', async () => {
  using half = await halfReadStore();
  half.store.step(-10);
  await frame();
  expect(half.store.getView()).toMatchObject({ index: 0, position: 0 });
});
