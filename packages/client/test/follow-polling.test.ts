import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { type ConnectionState, type FollowOptions } from '../src/index.ts';
import { createGithubClient } from '@runtape/github-workflows/client';
import {
  collect,
  eventually,
  type ProxyMode,
  seqsOf,
  startProxy,
  startServer,
  textOf,
} from '@runtape/loopback';

/** Short where the proxy never responds; otherwise long, as a busy machine may respond late. */
const CONNECT_TIMEOUT_MS = { buffer: 300, other: 30_000 };
const retry = { attempts: 10, baseMs: 2, maxMs: 20, pollMs: 5 };

/** A workflow, and a client that follows it through a proxy. */
async function behindProxy(
  options: FollowOptions = {},
  retrying: Partial<typeof retry> = {},
  connectTimeoutMs = CONNECT_TIMEOUT_MS.other,
) {
  await using starting = new AsyncDisposableStack();
  const log = createMemoryEventLog({});
  const server = starting.use(await startServer({ log }));
  const proxy = starting.use(await startProxy(server.url));
  const testLog = await TestLog.create(log);
  const client = createGithubClient({
    url: proxy.url,
    retry: { ...retry, ...retrying },
    connectTimeoutMs,
    // With a real clock, on a busy machine even a short connection could count as stable.
    now: () => 0,
  });
  starting.defer(() => client.close());
  const states: ConnectionState[] = [];
  const follow = () =>
    collect(
      client.follow(testLog.workflowId, {
        ...options,
        onConnection: (state) => states.push(state),
      }),
    );
  const rest = starting.move();
  return {
    server,
    proxy,
    testLog,
    client,
    states,
    follow,
    names: () => states.map(({ state }) => state),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

describe('E7: where streams are blocked but calls are not', () => {
  test.each<ProxyMode>(['503', 'html', 'buffer', 'reset'])(
    'after five failures it polls, keeps every event, and streams again when that works (%s)',
    async (manner) => {
      const patience = manner === 'buffer' ? CONNECT_TIMEOUT_MS.buffer : CONNECT_TIMEOUT_MS.other;
      await using at = await behindProxy({}, {}, patience);
      at.proxy.streams = manner;
      await at.testLog.status('one');
      const seen = at.follow();
      await eventually(() => expect(at.names()).toContain('polling'));
      const waits = at.states.flatMap((state) => (state.state === 'reconnecting' ? [state] : []));
      expect(waits.slice(0, 5).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      expect(at.proxy.streamsBeforeCalls).toBeGreaterThanOrEqual(5);
      for (let step = 2; step <= 30; step += 1) await at.testLog.append(makeToken(`${step} `));
      await eventually(() => expect(seqsOf(seen.entries).at(-1)).toBe(30));
      expect(at.names()).not.toContain('live');
      at.proxy.streams = 'pass';
      await eventually(() => expect(at.names().at(-1)).toBe('live'));
      // The last poll may still be on its way; this comes after it.
      await at.client.samples();
      const calls = at.proxy.requests.calls.length;
      for (let step = 31; step <= 60; step += 1) await at.testLog.append(makeToken(`${step} `));
      await at.testLog.complete();
      await seen.done;
      const numbers = Array.from({ length: 59 }, (_, index) => `${index + 2} `);
      expect(textOf(seen.entries)).toBe(numbers.join(''));
      expect(at.names().at(-1)).toBe('ended');
      expect(at.proxy.requests.calls.length).toBe(calls);
      await eventually(() => expect(at.proxy.open.size).toBe(0));
    },
  );

  test('a recovered stream repeats nothing, whatever polls delivered before', async () => {
    await using at = await behindProxy({}, { pollMs: 1, attempts: 1000 });
    at.proxy.streams = '503';
    const seen = at.follow();
    await eventually(() => expect(at.names()).toContain('polling'));
    const pieces = Array.from({ length: 600 }, (_, index) => `${index} `);
    for (const [index, piece] of pieces.entries()) {
      await at.testLog.append(makeToken(piece));
      if (index % 40 === 0) at.proxy.streams = index % 80 === 0 ? 'pass' : 'reset';
      if (index % 80 === 40) for (const answer of at.proxy.open) answer.destroy();
    }
    at.proxy.streams = 'pass';
    await at.testLog.complete();
    await seen.done;
    expect(textOf(seen.entries)).toBe(pieces.join(''));
  });

  test('a workflow that ends is followed to its end, and nothing runs after that', async () => {
    await using at = await behindProxy({}, {}, CONNECT_TIMEOUT_MS.buffer);
    at.proxy.streams = 'buffer';
    const seen = at.follow();
    await eventually(() => expect(at.names()).toContain('polling'));
    await at.testLog.status('one');
    await at.testLog.complete();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1, 2]);
    expect(at.names().at(-1)).toBe('ended');
    await eventually(() => expect(at.proxy.open.size).toBe(0));
    // The last poll may still be on its way; this comes after it.
    await at.client.samples();
    const asked = at.proxy.requests.calls.length;
    await at.client.samples();
    expect(at.proxy.requests.calls.length).toBe(asked + 1);
  });

  test("with replay: 'snapshot' the past is one message when polling, too", async () => {
    await using at = await behindProxy({ replay: 'snapshot' });
    at.proxy.streams = '503';
    await at.testLog.append(...Array.from({ length: 300 }, (_, index) => makeToken(`${index} `)));
    const seen = at.follow();
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([300]));
    await at.testLog.append(makeToken('live'));
    await at.testLog.complete();
    await seen.done;
    expect(seen.entries.map(({ message }) => message.type)).toEqual([
      'workflow:state',
      'token',
      'workflow:completed',
    ]);
    expect(textOf(seen.entries)).toMatch(/ 299 live$/);
  });

  test('F2: a cursor of another log gets its reset when polling, too', async () => {
    await using at = await behindProxy();
    at.proxy.streams = '503';
    await at.testLog.append(makeToken('so far'));
    const other = await TestLog.create(createMemoryEventLog({}));
    const seen = collect(at.client.follow(at.testLog.workflowId, { after: other.idOf(7) }));
    await eventually(() => expect(seen.entries.length).toBe(1));
    await at.testLog.append(makeToken(', and more'));
    await at.testLog.complete();
    await seen.done;
    expect(seen.entries.map(({ message }) => message.type)).toEqual([
      'reset',
      'token',
      'workflow:completed',
    ]);
    expect(textOf(seen.entries)).toBe('so far, and more');
  });

  test('A10: a slow reader costs no memory: it is polled again only when it has consumed everything', async () => {
    await using at = await behindProxy();
    at.proxy.streams = '503';
    for (let from = 0; from < 1500; from += 500) {
      await at.testLog.append(
        ...Array.from({ length: 500 }, (_, index) => makeToken(`${from + index} `)),
      );
    }
    await at.testLog.complete();
    const mayGoOn = Promise.withResolvers<void>();
    const seen = collect(at.client.follow(at.testLog.workflowId), () => mayGoOn.promise);
    await eventually(() => expect(seen.entries.length).toBe(1));
    const pages = () => at.proxy.requests.calls.filter((path) => path.endsWith('workflow.events'));
    expect(pages().length).toBeLessThanOrEqual(2);
    mayGoOn.resolve();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual(Array.from({ length: 1501 }, (_, index) => index + 1));
  });
});

describe('E7: where neither streams nor calls work', () => {
  test('D6: gives up after the configured attempts, which count streams that failed without an answered poll', async () => {
    await using at = await behindProxy();
    at.proxy.streams = '503';
    at.proxy.calls = '503';
    await expect(at.follow().done).rejects.toMatchObject({ kind: 'service' });
    expect(at.proxy.requests.streams.length).toBe(1 + retry.attempts);
    expect(at.proxy.requests.calls.length).toBeGreaterThan(0);
    expect(at.states.at(-1)).toMatchObject({ state: 'failed', kind: 'service' });
    expect(at.names()).not.toContain('polling');
  });

  test('an answered poll resets the count: it does not give up while events arrive', async () => {
    await using at = await behindProxy();
    at.proxy.streams = '503';
    const seen = at.follow();
    await eventually(() =>
      expect(at.proxy.requests.streams.length).toBeGreaterThan(3 * retry.attempts),
    );
    await at.testLog.complete();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1]);
  });

  test('failed polls are reported, wait longer, and continue once there is an answer', async () => {
    await using at = await behindProxy({}, { attempts: 1000 });
    at.proxy.streams = '503';
    const seen = at.follow();
    await eventually(() => expect(at.names()).toContain('polling'));
    at.proxy.calls = '503';
    await eventually(() => expect(at.names().at(-1)).not.toBe('polling'));
    await eventually(() =>
      expect(at.states.slice(at.names().lastIndexOf('polling'))).toContainEqual(
        expect.objectContaining({ state: 'reconnecting' }),
      ),
    );
    await at.testLog.status('one');
    at.proxy.calls = 'pass';
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
    expect(at.names().at(-1)).toBe('polling');
    await at.testLog.complete();
    await seen.done;
  });

  test('a reader that is busy with earlier events uses up no attempts', async () => {
    await using at = await behindProxy({}, { attempts: 1 });
    await at.testLog.status('one');
    const mayGoOn = Promise.withResolvers<void>();
    const states: string[] = [];
    const following = at.client.follow(at.testLog.workflowId, {
      onConnection: ({ state }) => states.push(state),
    });
    const seen = collect(following, () => mayGoOn.promise);
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
    at.proxy.streams = '503';
    at.proxy.calls = '503';
    for (const answer of at.proxy.open) answer.destroy();
    // One more failed attempt would have ended it.
    await eventually(() => expect(states.slice(-2)).toEqual(['reconnecting', 'connecting']));
    at.proxy.streams = 'pass';
    at.proxy.calls = 'pass';
    await at.testLog.complete();
    mayGoOn.resolve();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1, 2]);
  });

  test('a refusal is final, even as the answer to a poll', async () => {
    await using at = await behindProxy();
    at.proxy.streams = '503';
    const seen = collect(at.client.follow('wf_zzzzzzzzzzzzzzzz'));
    await expect(seen.done).rejects.toMatchObject({ kind: 'refused', code: 'unknown_workflow' });
  });

  test('A13: a reader that leaves in the middle leaves nothing behind', async () => {
    await using at = await behindProxy({}, {}, CONNECT_TIMEOUT_MS.buffer);
    at.proxy.streams = 'buffer';
    const seen = at.follow();
    await eventually(() => expect(at.names()).toContain('polling'));
    await at.client.close();
    await expect(seen.done).rejects.toMatchObject({ name: 'AbortError' });
    await eventually(() => expect(at.proxy.open.size).toBe(0));
    // The last poll may still be on its way; this comes after it.
    await at.client.samples();
    const asked = at.proxy.requests.calls.length;
    await at.client.samples();
    expect(at.proxy.requests.calls.length).toBe(asked + 1);
  });
});

describe('C6: what makes it retry immediately', () => {
  /** Reconnect triggers that the test fires. */
  function manualTriggers() {
    const listeners = new Set<(reason: 'visible' | 'online') => void>();
    return {
      listeners,
      wakeUps: (wake: (reason: 'visible' | 'online') => void) => {
        listeners.add(wake);
        return () => void listeners.delete(wake);
      },
      wake: (reason: 'visible' | 'online') => {
        for (const listener of listeners) listener(reason);
      },
    };
  }

  test.each(['visible', 'online'] as const)('%s, while it waits', async (reason) => {
    await using at = await behindProxy();
    at.proxy.streams = '503';
    const port = manualTriggers();
    const HOUR_MS = 3_600_000;
    const client = createGithubClient({
      url: at.proxy.url,
      retry: { attempts: 3, baseMs: HOUR_MS, maxMs: HOUR_MS },
      random: () => 1,
      wakeUps: port.wakeUps,
    });
    const states: ConnectionState[] = [];
    const seen = collect(
      client.follow(at.testLog.workflowId, { onConnection: (state) => states.push(state) }),
    );
    await eventually(() =>
      expect(states.at(-1)).toEqual({ state: 'reconnecting', inMs: HOUR_MS, attempt: 1 }),
    );
    at.proxy.streams = 'pass';
    port.wake(reason);
    await eventually(() => expect(states.at(-1)).toEqual({ state: 'live' }));
    await at.testLog.complete();
    await seen.done;
    expect(port.listeners.size).toBe(0);
  });

  test('online: a connection from before the network went away is replaced, and nothing arrives twice', async () => {
    await using at = await behindProxy();
    const port = manualTriggers();
    const client = createGithubClient({ url: at.proxy.url, wakeUps: port.wakeUps });
    const seen = collect(client.follow(at.testLog.workflowId));
    await at.testLog.status('one');
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
    port.wake('visible');
    expect(at.proxy.requests.streams.length).toBe(1);
    port.wake('online');
    await eventually(() => expect(at.proxy.requests.streams.length).toBe(2));
    await at.testLog.complete();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1, 2]);
  });
});
