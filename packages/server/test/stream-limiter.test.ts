import { expect, test, vi } from 'vitest';
import { EVERYBODY, type Identity } from '../src/accounts/identity.ts';
import { StreamLimiter } from '../src/limits/stream-limiter.ts';
import { Metrics, type StreamObserver } from '../src/metrics/metrics.ts';

const ann: Identity = { ...EVERYBODY, userId: 'ann', seesAll: false };
const ben: Identity = { ...ann, userId: 'ben' };
const here = { address: '127.0.0.1', surface: 'sse' } as const;

function startStreams(options: { maxPerUser?: number; attemptsPerMinute?: number } = {}) {
  const reports: unknown[][] = [];
  const streamObserver: StreamObserver = {
    opened: (...args) => reports.push(['opened', ...args]),
    delivered: (...args) => reports.push(['delivered', ...args]),
    ended: (...args) => reports.push(['ended', ...args]),
    refused: (...args) => reports.push(['refused', ...args]),
  };
  const now = () => Date.now();
  const metrics = new Metrics({ streamObserver, now });
  const { maxPerUser = 2, attemptsPerMinute = 100 } = options;
  const streams = new StreamLimiter({ observer: metrics, maxPerUser, attemptsPerMinute, now });
  return { streams, statistics: metrics.streams, reports };
}

function codeOf(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

test('E17: the number of streams is limited per user', () => {
  const { streams, reports } = startStreams();
  const first = streams.acquire({ identity: ann, ...here });
  streams.acquire({ identity: ann, ...here });

  expect(codeOf(() => streams.acquire({ identity: ann, ...here }))).toBe('too_many_streams');
  expect(reports).toContainEqual(['refused', 'too_many_streams']);
  expect(codeOf(() => streams.acquire({ identity: ben, ...here }))).toBeNull();
  first[Symbol.dispose]();
  expect(codeOf(() => streams.acquire({ identity: ann, ...here }))).toBeNull();
});

test('E17: without accounts the limit applies per address', () => {
  const { streams } = startStreams({ maxPerUser: 1 });
  streams.acquire({ identity: EVERYBODY, ...here });

  expect(codeOf(() => streams.acquire({ identity: EVERYBODY, ...here }))).toBe('too_many_streams');
  const elsewhere = { ...here, address: '127.0.0.2' };
  expect(codeOf(() => streams.acquire({ identity: EVERYBODY, ...elsewhere }))).toBeNull();
});

test('A12: too many attempts within a minute are refused, even if each was short', () => {
  const { streams } = startStreams({ attemptsPerMinute: 3 });
  for (let n = 0; n < 3; n += 1) streams.acquire({ identity: ann, ...here })[Symbol.dispose]();

  expect(codeOf(() => streams.acquire({ identity: ann, ...here }))).toBe('too_many_attempts');
});

test('D7: a stream counts once, with its delivered events and its outcome', () => {
  const { streams, statistics, reports } = startStreams();
  const stream = streams.acquire({ identity: ann, ...here });
  stream.delivered(3);
  stream.delivered(4);
  stream.completed();
  stream[Symbol.dispose]();
  stream[Symbol.dispose]();

  expect(statistics.report()).toMatchObject({ open: 0, opened: 1, completed: 1, events: 7 });
  expect(reports.map(([what]) => what)).toEqual(['opened', 'delivered', 'delivered', 'ended']);
});

test('D7: a stream whose reader disconnected counts neither as success nor as failure', () => {
  const { streams, statistics } = startStreams();
  streams.acquire({ identity: ann, ...here })[Symbol.dispose]();

  expect(statistics.report()).toMatchObject({ left: 1, failed: 0, successRate: 1 });
});

test('C8: a stream ends when the session of its reader expires, and no timer remains', () => {
  vi.useFakeTimers();
  try {
    const { streams } = startStreams();
    const until = Date.now() + 60_000;
    const stream = streams.acquire({ identity: { ...ann, expiresAt: until }, ...here });
    const other = streams.acquire({ identity: { ...ann, expiresAt: until }, ...here });
    other[Symbol.dispose]();

    vi.advanceTimersByTime(59_999);
    expect(stream.expired.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(stream.expired.aborted).toBe(true);
    expect(other.expired.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('C8: a session of many weeks does not end immediately', () => {
  vi.useFakeTimers();
  try {
    const { streams } = startStreams();
    const days = 24 * 60 * 60_000;
    const stream = streams.acquire({
      identity: { ...ann, expiresAt: Date.now() + 60 * days },
      ...here,
    });

    vi.advanceTimersByTime(59 * days);
    expect(stream.expired.aborted).toBe(false);
    vi.advanceTimersByTime(days);
    expect(stream.expired.aborted).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
