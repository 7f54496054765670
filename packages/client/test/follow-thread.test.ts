import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeToken, Tape } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { type ConnectionState, createRuntapeClient, type ThreadEntry } from '../src/index.ts';
import { eventually } from './eventually.ts';
import { startServer } from './start-server.ts';

const retry = { attempts: 1000, baseMs: 5, maxMs: 20 };
const THREAD = 'thread-1';

/** Reads a thread in the background; what ended it is there when it has. */
function collect(stream: AsyncIterable<ThreadEntry>) {
  const entries: ThreadEntry[] = [];
  const read = async (): Promise<void> => {
    for await (const entry of stream) entries.push(entry);
  };
  const idsOf = (workflowId: string) =>
    entries.filter((entry) => entry.workflowId === workflowId).map(({ id }) => id);
  return { entries, idsOf, done: read() };
}

describe('C4: followThread', { timeout: 60_000 }, () => {
  test('brings what happens in all workflows of a thread, those that join it later too', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    const first = await Tape.create(log, { threadId: THREAD });
    const other = await Tape.create(log);
    await first.status('one');
    await other.status('not of it');
    const client = createRuntapeClient({ url: server.url, retry });
    const states: ConnectionState[] = [];
    const seen = collect(
      client.followThread(THREAD, { onConnection: (state) => states.push(state) }),
    );
    await eventually(() => expect(seen.idsOf(first.workflowId)).toEqual([first.idOf(1)]));
    const second = await Tape.create(log, { threadId: THREAD });
    await second.status('one');
    await first.complete();
    await second.append(makeToken('text'));
    await second.complete();
    await eventually(() => expect(seen.entries.length).toBe(5));
    expect(seen.idsOf(first.workflowId)).toEqual([1, 2].map((seq) => first.idOf(seq)));
    expect(seen.idsOf(second.workflowId)).toEqual([1, 2, 3].map((seq) => second.idOf(seq)));
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'live']);
    await Promise.all([
      client.close(),
      expect(seen.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    await eventually(() => expect([server.answering.size, server.fanOut.tails]).toEqual([0, 0]));
  });

  test('B4: goes on after its cursor when the server was away, and when it is followed again', async () => {
    const log = createMemoryEventLog({});
    const server = await startServer({ log });
    const tapes = [0, 1, 2].map(() => Tape.create(log, { threadId: THREAD }));
    const [one, two, three] = await Promise.all(tapes);
    if (one === undefined || two === undefined || three === undefined) throw new Error('None.');
    for (const tape of [one, two]) await tape.status('before');
    const client = createRuntapeClient({ url: server.url, retry });
    const leaving = new AbortController();
    const seen = collect(client.followThread(THREAD, { signal: leaving.signal }));
    await eventually(() => expect(seen.entries.length).toBe(2));
    await server.kill();
    for (const tape of [one, two, three]) await tape.status('meanwhile');
    await using again = await startServer({ log, port: server.port });
    await eventually(() => expect(seen.entries.length).toBe(5));
    leaving.abort();
    await expect(seen.done).rejects.toMatchObject({ name: 'AbortError' });
    for (const tape of [one, two, three]) await tape.complete();
    const after = seen.entries.at(-1)?.cursor;
    const rest = collect(client.followThread(THREAD, { after }));
    await eventually(() => expect(rest.entries.length).toBe(3));
    for (const tape of [one, two, three]) {
      const ids = [...seen.idsOf(tape.workflowId), ...rest.idsOf(tape.workflowId)];
      expect(ids).toEqual(Array.from({ length: tape.tail }, (_, index) => tape.idOf(index + 1)));
    }
    await Promise.all([
      client.close(),
      expect(rest.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    await eventually(() => expect(again.answering.size).toBe(0));
  });

  test('a cursor of another thread is refused', async () => {
    const log = createMemoryEventLog({});
    await using server = await startServer({ log });
    const tape = await Tape.create(log, { threadId: THREAD });
    await tape.status('one');
    const client = createRuntapeClient({ url: server.url, retry });
    const seen = collect(client.followThread(THREAD));
    await eventually(() => expect(seen.entries.length).toBe(1));
    const after = seen.entries[0]?.cursor;
    const misled = collect(client.followThread('thread-2', { after }));
    await expect(misled.done).rejects.toMatchObject({ kind: 'refused', code: 'malformed_cursor' });
    await Promise.all([
      client.close(),
      expect(seen.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
  });
});
