import { type EventId, formatEventId, type StreamEntry } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import {
  type ConnectionState,
  createRuntapeClient,
  RuntapeClientError,
  type RuntapeClientOptions,
  type StreamProblem,
} from '../src/index.ts';
import { startWireServer } from './wire-server.ts';

const WORKFLOW_ID = 'wf_0123456789abcdef';
const retry = { attempts: 3, baseMs: 1, maxMs: 5 };
const at = (seq: number): EventId => formatEventId({ incarnation: 'aaaa1111', seq });
const status = makeEvent('status', { stage: 's', message: 'm' });
const completed = makeEvent('workflow:completed', {
  durationMs: 1,
  usage: null,
  cost: null,
  result: null,
});

/** Follows to the end, and returns everything received, even if following fails. */
async function followAll(url: string, options: Partial<RuntapeClientOptions> = {}) {
  const client = createRuntapeClient({ url, retry, ...options });
  const entries: StreamEntry[] = [];
  const problems: StreamProblem[] = [];
  const states: ConnectionState[] = [];
  let error: unknown = null;
  try {
    const following = client.follow(WORKFLOW_ID, {
      onProblem: (problem) => problems.push(problem),
      onConnection: (state) => states.push(state),
    });
    for await (const entry of following) entries.push(entry);
  } catch (thrown) {
    error = thrown;
  }
  await client.close();
  return { ids: entries.map(({ id }) => id), problems, states, error };
}

describe('E10: a malformed event is reported and skipped, and the stream continues', () => {
  test.each([
    ['broken JSON', 'data: {"json":{"type":"sta\nid: '],
    ['JSON that superjson cannot read', 'data: null\nid: '],
    ['JSON that is not an event', 'data: {"json":{"type":"status"}}\nid: '],
    ['invalid metadata of superjson', 'data: {"json":{},"meta":{"values":7}}\nid: '],
  ])('%s', async (_name, frame) => {
    let connections = 0;
    await using server = await startWireServer((connection) => {
      connections = connection.number;
      connection.connected();
      connection.message(at(1), status);
      connection.raw(`${frame}${at(2)}\n\n`);
      connection.message(at(3), status);
      connection.message(at(4), completed);
    });
    const { ids, problems, error } = await followAll(server.url);
    expect(error).toBeNull();
    expect(ids).toEqual([at(1), at(3), at(4)]);
    expect(problems).toMatchObject([{ kind: 'malformed', id: at(2) }]);
    expect(connections).toBe(1);
  });

  test('even if it comes without an id, before any other', async () => {
    await using server = await startWireServer((connection) => {
      connection.connected();
      connection.raw('data: {"json":5}\n\n');
      connection.message(at(1), completed);
    });
    const { ids, problems, error } = await followAll(server.url);
    expect([error, ids]).toEqual([null, [at(1)]]);
    expect(problems).toMatchObject([{ kind: 'malformed', id: '' }]);
  });
});

describe('A3: whatever a server sends, each event arrives once and in order', () => {
  test('events that are sent again after a reconnect are dropped', async () => {
    await using server = await startWireServer((connection) => {
      connection.connected();
      connection.message(at(1), status);
      connection.message(at(2), status);
      if (connection.number === 1) connection.cut();
      else connection.message(at(3), completed);
    });
    const { ids, error, states } = await followAll(server.url);
    expect([error, ids]).toEqual([null, [at(1), at(2), at(3)]]);
    expect(states.map(({ state }) => state)).toEqual([
      'connecting',
      'live',
      'reconnecting',
      'connecting',
      'live',
      'ended',
    ]);
  });

  test('after a gap it asks again from its cursor', async () => {
    const cursors: (string | null)[] = [];
    await using server = await startWireServer((connection) => {
      cursors.push(connection.lastEventId);
      connection.connected();
      if (connection.number === 1) {
        connection.message(at(1), status);
        connection.message(at(3), status);
      } else {
        for (const seq of [2, 3]) connection.message(at(seq), status);
        connection.message(at(4), completed);
      }
    });
    const { ids, problems, error } = await followAll(server.url);
    expect([error, ids]).toEqual([null, [at(1), at(2), at(3), at(4)]]);
    expect(problems).toEqual([]);
    expect(cursors).toEqual([null, at(1)]);
  });

  test('a gap that remains is reported, and does not stop the stream', async () => {
    await using server = await startWireServer((connection) => {
      connection.connected();
      connection.message(at(1), status);
      connection.message(at(3), status);
      connection.message(at(4), completed);
    });
    const { ids, problems, error } = await followAll(server.url);
    expect([error, ids]).toEqual([null, [at(1), at(3), at(4)]]);
    expect(problems).toMatchObject([{ kind: 'gap', id: at(3) }]);
  });

  test('F6: the terminal event is the end, whether or not the server ends the stream', async () => {
    await using server = await startWireServer((connection) => {
      connection.connected();
      connection.message(at(1), completed);
      connection.message(at(2), status);
    });
    const { ids, states } = await followAll(server.url);
    expect(ids).toEqual([at(1)]);
    expect(states.at(-1)).toEqual({ state: 'ended' });
  });
});

describe('D8: kinds of failure', () => {
  test('stream: gives up on a server that keeps dropping connections after the configured attempts', async () => {
    let connections = 0;
    await using server = await startWireServer((connection) => {
      connections = connection.number;
      connection.connected();
      connection.cut();
    });
    // With a real clock, on a busy machine even a short connection could count as stable.
    const { error, states } = await followAll(server.url, { now: () => 0 });
    expect(error).toMatchObject({ kind: 'stream', code: 'connection_lost' });
    expect(connections).toBe(1 + retry.attempts);
    expect(states.at(-1)).toMatchObject({ state: 'failed', kind: 'stream' });
    const attempts = states.flatMap((state) =>
      state.state === 'reconnecting' ? [state.attempt] : [],
    );
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('service: retries while a proxy has no server behind it', async () => {
    await using server = await startWireServer((connection) => {
      if (connection.number < 3) {
        connection.status(503);
        return;
      }
      connection.connected();
      connection.message(at(1), completed);
    });
    const { ids, error, states } = await followAll(server.url);
    expect([error, ids]).toEqual([null, [at(1)]]);
    expect(states.map(({ state }) => state)).toEqual([
      'connecting',
      'reconnecting',
      'connecting',
      'reconnecting',
      'connecting',
      'live',
      'ended',
    ]);
  });

  test.each([401, 403, 404])('refused: a %i is final', async (code) => {
    let connections = 0;
    await using server = await startWireServer((connection) => {
      connections = connection.number;
      connection.status(code);
    });
    const { error, states } = await followAll(server.url);
    expect(error).toMatchObject({ kind: 'refused', code: 'http_error' });
    expect(connections).toBe(1);
    expect(states.at(-1)).toMatchObject({ state: 'failed', kind: 'refused' });
  });

  test('protocol: retries a page in place of the stream, and then gives up', async () => {
    await using server = await startWireServer((connection) => connection.status(200));
    const { error, states } = await followAll(server.url, { now: () => 0 });
    expect(error).toMatchObject({ kind: 'protocol', code: 'http_error' });
    expect(states.at(-1)).toMatchObject({ state: 'failed', kind: 'protocol' });
  });

  test('network: an unreachable server', async () => {
    const server = await startWireServer(() => {});
    await server[Symbol.asyncDispose]();
    const { error } = await followAll(server.url);
    expect(error).toBeInstanceOf(RuntapeClientError);
    expect(error).toMatchObject({ kind: 'network', code: 'unreachable' });
  });

  test('network: a server that accepts the connection and does not respond', async () => {
    await using server = await startWireServer((connection) => {
      if (connection.number === 1) return;
      connection.connected();
      connection.message(at(1), completed);
    });
    const { ids, error, states } = await followAll(server.url, { connectTimeoutMs: 300 });
    expect([error, ids]).toEqual([null, [at(1)]]);
    expect(states.map(({ state }) => state)).toContain('reconnecting');
  });

  test('C5: a silent connection is replaced by a new one', async () => {
    await using server = await startWireServer((connection) => {
      connection.connected({ reconnectAfterInactivityMs: 300 });
      if (connection.number === 1) connection.message(at(1), makeToken('a'));
      else connection.message(at(2), completed);
    });
    const { ids, error } = await followAll(server.url);
    expect([error, ids]).toEqual([null, [at(1), at(2)]]);
  });
});
