import type { WorkflowEvent } from '@runtape/events';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { ReceivedEvent, PlainClient } from './plain-clients.ts';
import { listen, startApi } from './start-api.ts';

export const formats = ['native', 'simple', 'thread', 'chat'] as const;
export type FormatName = (typeof formats)[number];

const text = 'Hi 😀 漢字 שלום\u2028 "quoted"\nnext line';
const log = makeEvent('log:created', { level: 'info', message: 'left out by most' });
const completed = makeEvent('workflow:completed', {
  durationMs: 1,
  usage: null,
  cost: null,
  result: { comment: text },
});

/** The events that each format sends for the log of `readLive`. */
const eventTypes = {
  native: ['status', 'token', 'log:created', 'token', 'workflow:completed'],
  simple: ['llm_response', 'llm_response', 'complete'],
  thread: ['status', 'token', 'token', 'done'],
  chat: ['status', 'final'],
} as const;
/** The number of frames after the status, and after the first token. */
const frameCounts = {
  native: { now: 1, withToken: 2 },
  simple: { now: 0, withToken: 1 },
  thread: { now: 1, withToken: 2 },
  chat: { now: 1, withToken: 1 },
} as const;

/** The result of `readLive` for a client that received everything. */
export const completeResult = (format: FormatName) => ({
  events: eventTypes[format],
  endsWithTheWorkflow: true,
  hasTheText: true,
});

/** Reads a workflow while it is written, each event before the next one, until the client ends. */
export async function readLive(read: PlainClient, format: FormatName) {
  await using started = startApi({ random: () => 0 });
  await using server = await listen(started.api);
  const testLog = await TestLog.create(started.log);
  await testLog.status('Reading');
  const received: ReceivedEvent[] = [];
  const url = `${server.url}/api/workflows/${testLog.workflowId}/events?format=${format}`;
  const reading = read(url, (frame) => received.push(frame));
  const { now, withToken } = frameCounts[format];
  await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
  await eventually(() => expect(received).toHaveLength(now));
  await testLog.append(makeToken(text));
  await eventually(() => expect(received).toHaveLength(withToken));
  await testLog.append(log);
  await testLog.append(makeToken(' end'));
  await testLog.append(completed);
  await reading;
  const data = JSON.stringify(received.map((frame): unknown => JSON.parse(frame.data)));
  return {
    events: received.map(({ event }) => event),
    endsWithTheWorkflow: received.at(-1)?.id === testLog.idOf(5),
    hasTheText: data.includes(JSON.stringify(text).slice(1, -1)),
  };
}

const failed = makeEvent('workflow:failed', {
  durationMs: 1,
  error: { code: 'model_unavailable', message: 'The model does not answer.' },
});

/** The workflows of `readEnded`, and the name of the last event in each format. */
const endedWorkflows = {
  finished: {
    terminal: completed,
    last: { native: 'workflow:completed', simple: 'complete', thread: 'done', chat: 'final' },
  },
  failed: {
    terminal: failed,
    last: { native: 'workflow:failed', simple: 'error', thread: 'error', chat: 'error' },
  },
  cancelled: {
    terminal: makeEvent('workflow:cancelled', { durationMs: 1 }),
    last: { native: 'workflow:cancelled', simple: 'error', thread: 'error', chat: 'error' },
  },
  unknown: { terminal: null, last: null },
  expired: { terminal: completed, last: null },
} as const satisfies Record<string, { terminal: WorkflowEvent | null; last: object | null }>;

export const ends = ['finished', 'failed', 'cancelled', 'unknown', 'expired'] as const;

/**
 * The expected result of `readEnded`: everything once, and no reconnect, except one that is
 * answered with 204.
 */
export function expectedEnd(format: FormatName, end: (typeof ends)[number]) {
  const { last } = endedWorkflows[end];
  return last === null
    ? { last: undefined, ends: 0, statuses: '404' }
    : { last: last[format], ends: 1, statuses: expect.stringMatching(/^200(?:,204)?$/) };
}

/** Reads a workflow that has ended or does not exist, until the client stops reconnecting. */
export async function readEnded(read: PlainClient, format: FormatName, end: (typeof ends)[number]) {
  await using started = startApi({ random: () => 0 });
  const statuses: number[] = [];
  await using server = await listen({
    fetch: async (request) => {
      const response = await started.api.fetch(request);
      if (request.url.includes('/events')) statuses.push(response.status);
      return response;
    },
  });
  const { terminal } = endedWorkflows[end];
  const testLog = await TestLog.create(started.log);
  await testLog.append(makeToken(text), ...(terminal === null ? [] : [terminal]));
  if (end === 'expired') await started.log.expire({ endedBefore: Date.now() + 1000, limit: 1 });
  const received: ReceivedEvent[] = [];
  const workflowId = end === 'unknown' ? 'wf_9999999999999999' : testLog.workflowId;
  const url = `${server.url}/api/workflows/${workflowId}/events?format=${format}`;
  // curl --fail rejects when it was refused; the other clients receive nothing.
  await read(url, (frame) => received.push(frame)).catch(() => undefined);
  return {
    last: received.at(-1)?.event,
    ends: received.filter(({ id }) => id === testLog.idOf(2)).length,
    statuses: statuses.join(),
  };
}
