import type { WorkflowEvent } from '@runtape/events';
import { makeEvent, makeToken, Tape } from '@runtape/testing';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { Heard, PlainClient } from './plain-clients.ts';
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

/** What each format tells of the tape below. */
const told = {
  native: ['status', 'token', 'log:created', 'token', 'workflow:completed'],
  simple: ['llm_response', 'llm_response', 'complete'],
  thread: ['status', 'token', 'token', 'done'],
  chat: ['status', 'final'],
} as const;
/** How many frames there are after the status, and after the first token. */
const live = {
  native: { now: 1, withToken: 2 },
  simple: { now: 0, withToken: 1 },
  thread: { now: 1, withToken: 2 },
  chat: { now: 1, withToken: 1 },
} as const;

/** A client reads a workflow while it is written, each event before the next one, and ends with it. */
export async function readsLive(read: PlainClient, format: FormatName): Promise<void> {
  await using started = startApi({ random: () => 0 });
  await using server = await listen(started.api);
  const tape = await Tape.create(started.log);
  await tape.status('Reading');
  const heard: Heard[] = [];
  const url = `${server.url}/api/workflows/${tape.workflowId}/events?format=${format}`;
  const reading = read(url, (frame) => heard.push(frame));
  const { now, withToken } = live[format];
  await eventually(() => expect(started.fanOut.readers(tape.workflowId)).toBe(1));
  await eventually(() => expect(heard).toHaveLength(now));
  await tape.append(makeToken(text));
  await eventually(() => expect(heard).toHaveLength(withToken));
  await tape.append(log);
  await tape.append(makeToken(' end'));
  await tape.append(completed);
  await reading;
  expect(heard.map(({ event }) => event)).toEqual(told[format]);
  expect(heard.at(-1)?.id).toBe(tape.idOf(5));
  expect(JSON.stringify(heard.map(({ data }): unknown => JSON.parse(data)))).toContain(
    JSON.stringify(text).slice(1, -1),
  );
}

const failed = makeEvent('workflow:failed', {
  durationMs: 1,
  error: { code: 'model_unavailable', message: 'The model does not answer.' },
});

/** Workflows that a client may be pointed at when there is nothing to wait for, and the name of the last it hears. */
const over = {
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
 * A client that is pointed at a workflow which is over, or not there, hears what there is and stays away for good: with one
 * question more, if it is one that comes back, and none where it was refused.
 */
export async function staysAway(
  read: PlainClient,
  format: FormatName,
  end: (typeof ends)[number],
): Promise<void> {
  await using started = startApi({ random: () => 0 });
  const statuses: number[] = [];
  await using server = await listen({
    fetch: async (request) => {
      const response = await started.api.fetch(request);
      if (request.url.includes('/events')) statuses.push(response.status);
      return response;
    },
  });
  const { terminal, last } = over[end];
  const tape = await Tape.create(started.log);
  await tape.append(makeToken(text), ...(terminal === null ? [] : [terminal]));
  if (end === 'expired') await started.log.expire({ endedBefore: Date.now() + 1000, limit: 1 });
  const heard: Heard[] = [];
  const workflowId = end === 'unknown' ? 'wf_9999999999999999' : tape.workflowId;
  const url = `${server.url}/api/workflows/${workflowId}/events?format=${format}`;
  const reading = read(url, (frame) => heard.push(frame));
  if (last === null) {
    // curl --fail says so with its exit code; the others have nothing to read.
    await reading.catch(() => undefined);
    expect(heard).toEqual([]);
    expect(statuses).toEqual([404]);
  } else {
    await reading;
    expect(heard.at(-1)).toMatchObject({ event: last[format], id: tape.idOf(2) });
    expect(heard.filter(({ id }) => id === tape.idOf(2))).toHaveLength(1);
    expect([[200], [200, 204]]).toContainEqual(statuses);
  }
}
