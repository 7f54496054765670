import { makeEvent, makeToken, Tape } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { curl, hasCurl, type Heard, type PlainClient, plainClients } from './plain-clients.ts';
import { listen, startApi } from './start-api.ts';

const text = 'Hi 😀 漢字 שלום\u2028 "quoted"\nnext line';
const log = makeEvent('log:created', { level: 'info', message: 'left out by most' });
const completed = makeEvent('workflow:completed', {
  durationMs: 1,
  usage: null,
  cost: null,
  result: { comment: text },
});

/** What each format tells of the tape below. */
const expected = {
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
const formats = ['native', 'simple', 'thread', 'chat'] as const;

async function readLive(read: PlainClient, format: (typeof formats)[number]) {
  await using started = startApi({ random: () => 0 });
  await using server = await listen(started.api);
  const tape = await Tape.create(started.log);
  await tape.status('Reading');
  const heard: Heard[] = [];
  const url = `${server.url}/api/workflows/${tape.workflowId}/events?format=${format}`;
  const reading = read(url, (frame) => heard.push(frame));
  // Each event is there before the next one is written.
  const { now, withToken } = live[format];
  await eventually(() => expect(started.fanOut.readers(tape.workflowId)).toBe(1));
  await eventually(() => expect(heard).toHaveLength(now));
  await tape.append(makeToken(text));
  await eventually(() => expect(heard).toHaveLength(withToken));
  await tape.append(log);
  await tape.append(makeToken(' end'));
  await tape.append(completed);
  await reading;
  return { heard, lastId: tape.idOf(5) };
}

describe.concurrent.each(formats)('B1 D2: format=%s', (format) => {
  test.each(Object.entries(plainClients))('is read live by %s, to its end', async (_name, read) => {
    const { heard, lastId } = await readLive(read, format);
    expect(heard.map(({ event }) => event)).toEqual(expected[format]);
    expect(heard.at(-1)?.id).toBe(lastId);
    expect(JSON.stringify(heard.map(({ data }): unknown => JSON.parse(data)))).toContain(
      JSON.stringify(text).slice(1, -1),
    );
  });

  test.skipIf(!hasCurl)('is read live by curl -N, where there is a curl, to its end', async () => {
    const { heard, lastId } = await readLive(curl, format);
    expect(heard.map(({ event }) => event)).toEqual(expected[format]);
    expect(heard.at(-1)?.id).toBe(lastId);
  });
});
