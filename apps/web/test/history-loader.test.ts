import type { EventItem, EventPage } from '@runtape/client';
import { type EventId, formatEventId, type StreamEntry, type WorkflowEvent } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { initialState } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import { type TapeEntry, TapeRecorder } from '@runtape/workflow-state/tape';
import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HistoryLoader } from '../src/tape/history-loader.ts';
import { GapLoader } from '../src/tape/gap-loader.ts';

const WORKFLOW_ID = 'wf_0123456789abcdef';
const idOf = (seq: number, incarnation = 'k3v9x2ab'): EventId =>
  formatEventId({ incarnation, seq });

/** A log to which the test writes, and a loader that reads it. */
function setUp() {
  const log: WorkflowEvent[] = [
    makeEvent('workflow:started', { workflow: 'commentOnIssue', title: 't', target: 't' }),
  ];
  const reads: (readonly [after: EventId | null, signal: AbortSignal])[] = [];
  /** Replaces the server's responses. */
  let instead: (() => Promise<EventPage>) | null = null;
  const readPage = async (
    { after, limit }: { after: EventId | null; limit: number },
    signal: AbortSignal,
  ): Promise<EventPage> => {
    reads.push([after, signal]);
    if (instead !== null) return await instead();
    const from = after === null ? 0 : Number(after.split('-')[1]);
    const events: EventItem[] = log
      .slice(from, from + limit)
      .map((event, index) => Object.assign({ id: idOf(from + index + 1) }, event));
    return { events, next: events.at(-1)?.id ?? after, ended: false };
  };
  const loader = new HistoryLoader({ workflowId: WORKFLOW_ID, readPage, onChange: () => {} });
  return {
    log,
    reads,
    readPage,
    loader,
    answerWith: (next: typeof instead) => {
      instead = next;
    },
    /** Delivers a live event; merged tokens have the id of the last one. */
    live: (seq: number, message: StreamEntry['message']) => loader.add({ id: idOf(seq), message }),
    write: (...pieces: readonly string[]) => {
      log.push(...pieces.map((piece) => makeToken(piece)));
      return log.length;
    },
    text: () => draftText(loader.history.stateAt(loader.history.length - 1) ?? initialState('')),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const settled = () => vi.advanceTimersByTimeAsync(0);
const aSecond = () => vi.advanceTimersByTimeAsync(1000);

test('F9: reads page after page up to the tail, but only once loading is requested', async () => {
  const { loader, write, reads } = setUp();
  const tail = write(...Array.from({ length: 2500 }, () => 'a'));
  loader.reach(idOf(tail));
  await settled();
  expect(reads).toEqual([]);
  loader.load();
  await settled();
  expect(reads.map(([after]) => after)).toEqual([null, idOf(1000), idOf(2000)]);
  expect(loader.hasAll).toBe(true);
  loader.stop();
});

test('F9: takes consecutive live events without a request to the server', async () => {
  const { loader, write, reads, live, text } = setUp();
  loader.reach(idOf(write('a')));
  loader.load();
  await settled();
  live(2, makeToken('a'));
  for (const piece of ['b', 'c', 'd']) live(write(piece), makeToken(piece));
  await aSecond();
  expect([text(), reads.length]).toEqual(['abcd', 1]);
  loader.stop();
});

test('F9: the tokens behind a merged live token are read from the log, each once', async () => {
  const { loader, write, live, text, reads } = setUp();
  loader.reach(idOf(write('a')));
  loader.load();
  await settled();
  live(2, makeToken('a'));
  live(write('b', 'c'), makeToken('bc'));
  await aSecond();
  expect([text(), reads.length]).toEqual(['abc', 2]);
  loader.stop();
});

test('F9: a merged token that covers events already read duplicates nothing', async () => {
  const { loader, write, live, text } = setUp();
  loader.reach(idOf(write('a')));
  loader.load();
  await settled();
  live(2, makeToken('a'));
  // The log is read up to c, and the stream is behind: it delivers b, c and d as one event.
  loader.reach(idOf(write('b', 'c')));
  await aSecond();
  expect(text()).toBe('abc');
  live(write('d'), makeToken('bcd'));
  await aSecond();
  await aSecond();
  expect(text()).toBe('abcd');
  loader.stop();
});

test('F9: events that arrive while older ones are being read are not lost', async () => {
  const { loader, write, live, text, answerWith, reads } = setUp();
  const { promise, resolve } = Promise.withResolvers<EventPage>();
  loader.reach(idOf(write('a')));
  answerWith(() => promise);
  loader.load();
  live(2, makeToken('a'));
  live(3, makeToken('b'));
  live(4, makeToken('c'));
  answerWith(null);
  resolve({
    events: [
      { id: idOf(1), ...makeEvent('workflow:running', { attempt: 1, maxAttempts: 1 }) },
      { id: idOf(2), ...makeToken('a') },
    ],
    next: idOf(2),
    ended: false,
  });
  await settled();
  expect([text(), reads.length]).toEqual(['abc', 1]);
  loader.stop();
});

test('F9: an error is reported, nothing is retried while no event arrives, and a manual retry works', async () => {
  const { loader, write, text, answerWith, reads } = setUp();
  answerWith(() => Promise.reject(new Error('The server cannot be reached.')));
  loader.reach(idOf(write('a')));
  loader.load();
  await settled();
  expect(loader.loading).toEqual({ state: 'failed', message: 'The server cannot be reached.' });
  for (let seconds = 0; seconds < 60; seconds += 1) await aSecond();
  expect(reads.length).toBe(1);
  answerWith(null);
  loader.load();
  await settled();
  expect([text(), loader.loading.state]).toEqual(['a', 'idle']);
  loader.stop();
});

test('F9: after a failure, live events trigger a retry, at most once a second', async () => {
  const { loader, write, text, answerWith, reads, live } = setUp();
  answerWith(() => Promise.reject(new TypeError('Failed to fetch')));
  loader.reach(idOf(write('a')));
  loader.load();
  await settled();
  expect(loader.loading.state).toBe('failed');
  for (const piece of ['b', 'c', 'd']) live(write(piece), makeToken(piece));
  await settled();
  expect(reads.length).toBe(1);
  await aSecond();
  expect([reads.length, loader.loading.state]).toEqual([2, 'failed']);
  for (let seconds = 0; seconds < 60; seconds += 1) await aSecond();
  expect(reads.length).toBe(2);
  answerWith(null);
  live(write('e'), makeToken('e'));
  await settled();
  expect([text(), loader.loading.state, loader.hasAll]).toEqual(['abcde', 'idle', true]);
  loader.stop();
});

test('F9: a reconnected stream triggers a retry, even without new events', async () => {
  const { loader, write, text, answerWith, reads } = setUp();
  answerWith(() => Promise.reject(new Error('The server cannot be reached.')));
  loader.reach(idOf(write('a')));
  loader.load();
  await aSecond();
  answerWith(null);
  loader.onServerAvailable();
  await settled();
  expect([text(), loader.loading.state]).toEqual(['a', 'idle']);
  loader.onServerAvailable();
  await aSecond();
  expect(reads.length).toBe(2);
  loader.stop();
});

test('F9: a network failure is reported with our message, not the one from the browser', async () => {
  const { loader, write, answerWith } = setUp();
  const cause = new TypeError('Failed to fetch');
  answerWith(() => Promise.reject(TRPCClientError.from(cause)));
  loader.reach(idOf(write('a')));
  loader.load();
  await settled();
  expect(loader.loading).toEqual({
    state: 'failed',
    message: 'The server cannot be reached. Check that it runs, and the URL.',
  });
  loader.stop();
});

test('F2, F9: a reset restarts the tape', async () => {
  const { loader, write, live } = setUp();
  loader.reach(idOf(write('a')));
  loader.load();
  await settled();
  const snapshot = { ...initialState(WORKFLOW_ID), cursor: idOf(9, 'other123') };
  const { timestamp } = makeToken('');
  const data = { reason: 'other_incarnation', snapshot, cursor: idOf(9, 'other123') } as const;
  loader.add({ id: idOf(9, 'other123'), message: { type: 'reset', data, timestamp } });
  expect(loader.history.length).toBe(0);
  expect(loader.tail).toBe(idOf(9, 'other123'));
  live(4, makeToken('x'));
  expect(loader.history.length).toBe(0);
  loader.stop();
});

test('F2, F9: when the start of the log was trimmed, the tape begins at the snapshot from the server', async () => {
  const { loader, answerWith, reads } = setUp();
  const snapshot = { ...initialState(WORKFLOW_ID), title: 'What is left', cursor: idOf(40) };
  const reset = { reason: 'trimmed', snapshot, cursor: idOf(40) } as const;
  const { timestamp } = makeToken('');
  answerWith(async () => ({
    events: [{ id: idOf(40), type: 'reset', data: reset, timestamp }],
    next: idOf(40),
    ended: false,
  }));
  loader.reach(idOf(40));
  loader.load();
  await settled();
  expect([loader.hasAll, reads.length, loader.history.cursor]).toEqual([true, 1, idOf(40)]);
  loader.stop();
});

test('F9: stopping aborts the read in progress and leaves no timer behind', async () => {
  const { loader, write, answerWith, reads } = setUp();
  answerWith(() => new Promise(() => {}));
  loader.reach(idOf(write('a')));
  loader.load();
  loader.stop();
  expect(reads[0]?.[1].aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  answerWith(null);
  loader.load();
  await settled();
  expect(loader.hasAll).toBe(true);
  loader.stop();
  expect(vi.getTimerCount()).toBe(0);
});

/** A long log, whose tape is loaded in short form. */
function setUpLong(events: number) {
  const recorder = new TapeRecorder();
  const log: TapeEntry[] = Array.from({ length: events }, (_, n) => ({
    id: idOf(n + 1),
    event: makeToken(`${n} `),
  }));
  for (const entry of log) recorder.add(entry);
  const pages: string[] = [];
  const itemsOf = (from: number, to: number): EventPage => {
    const items = log
      .slice(from, to)
      .map(({ id, event }): EventItem => Object.assign({ id }, event));
    return { events: items, next: items.at(-1)?.id ?? null, ended: false };
  };
  const seqOf = (id: EventId | null): number => (id === null ? 0 : Number(id.split('-')[1]));
  const loader = new HistoryLoader({
    workflowId: WORKFLOW_ID,
    readPage: async ({ after, limit }) => {
      pages.push(`${seqOf(after)}+${limit}`);
      return itemsOf(seqOf(after), seqOf(after) + limit);
    },
    readTape: async () => {
      pages.push('tape');
      return recorder.short();
    },
    readPast: async ({ after, upTo }) => {
      pages.push(`past ${seqOf(after)}-${seqOf(upTo)}`);
      // Limits the size of a page, as a server does.
      return itemsOf(seqOf(after), Math.min(seqOf(upTo), seqOf(after) + 4000));
    },
    onChange: () => {},
  });
  const append = (content: string): TapeEntry => {
    const entry = { id: idOf(log.length + 1), event: makeToken(content) };
    log.push(entry);
    return entry;
  };
  return { loader, pages, append, log };
}

test('F9: a long log is loaded as a short tape, without its events', async () => {
  const { loader, pages } = setUpLong(10_000);
  loader.reach(idOf(10_000));
  loader.load();
  await settled();
  expect([loader.hasAll, loader.history.length, pages]).toEqual([true, 10_000, ['tape']]);
  loader.stop();
});

test('F9: events are read around the requested position, and those before it as a few merged ones', async () => {
  const { loader, pages } = setUpLong(10_000);
  loader.reach(idOf(10_000));
  loader.load();
  await settled();
  const refill = new GapLoader(loader, () => {});
  await refill.load(7321);
  expect(pages.slice(1).sort()).toEqual(['7000+500', 'past 0-7000', 'past 4000-7000']);
  const state = loader.history.stateAt(7321);
  expect(state?.parts[0]?.text).toBe(Array.from({ length: 7322 }, (_, n) => `${n} `).join(''));
  expect(loader.history.eventAt(7499)).not.toBeNull();
  expect(loader.history.eventAt(7500)).toBeNull();
  loader.stop();
});

test('F9: a short tape continues with live events, and reads those that were missed', async () => {
  const { loader, pages, append } = setUpLong(5000);
  loader.reach(idOf(5000));
  loader.load();
  await settled();
  loader.add({ id: idOf(5000), message: makeToken('merged ') });
  const next = append('next ');
  loader.add({ id: next.id, message: next.event });
  expect([loader.history.length, pages]).toEqual([5001, ['tape']]);
  append('missed ');
  const last = append('last ');
  loader.add({ id: last.id, message: last.event });
  await aSecond();
  expect([loader.history.length, loader.hasAll]).toEqual([5003, true]);
  expect(pages).toEqual(['tape', '5001+1000']);
  loader.stop();
});

test('F9: without a short tape, the events are read', async () => {
  const { write, reads, readPage } = setUp();
  const other = new HistoryLoader({
    workflowId: WORKFLOW_ID,
    readPage,
    readTape: async () => null,
    onChange: () => {},
  });
  other.reach(idOf(write(...Array.from({ length: 2998 }, () => 'a'))));
  other.load();
  await settled();
  expect([other.hasAll, other.history.length, reads.length]).toEqual([true, 2999, 3]);
  other.stop();
});
