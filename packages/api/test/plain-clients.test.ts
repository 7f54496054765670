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
  await eventually(() => expect(started.fanOut.readers(tape.workflowId)).toBe(1));
  if (format !== 'simple') await eventually(() => expect(heard).toHaveLength(1));
  await tape.append(makeToken(text));
  if (format !== 'chat') {
    await eventually(() =>
      expect(heard.at(-1)?.event).toBe(expected[format][format === 'simple' ? 0 : 1]),
    );
  }
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

  test(
    hasCurl ? 'is read live by curl -N, to its end' : 'curl is not on this machine: NOT TRIED',
    async () => {
      if (!hasCurl) {
        console.warn(`There is no curl here; it did not read format=${format}.`);
        return;
      }
      const { heard, lastId } = await readLive(curl, format);
      expect(heard.map(({ event }) => event)).toEqual(expected[format]);
      expect(heard.at(-1)?.id).toBe(lastId);
    },
  );
});
