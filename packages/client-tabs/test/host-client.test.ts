import { createMemoryEventLog } from '@runtape/event-log/memory';
import { TestLog } from '@runtape/testing';
import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRuntapeClient, type RuntapeClientOptions } from '@runtape/client';
import { createSharedStreams, type SharedStreamsOptions } from '../src/index.ts';
import type { OpenPort } from '../src/ports/port.ts';
import { PROTOCOL, type ToHost } from '../src/protocol/messages.ts';
import { createStreamSource } from '../src/tab/stream-source.ts';
import { HostClient } from '../src/tab/host-client.ts';
import { collect, eventually, seqsOf, startProxy, startServer } from '@runtape/loopback';

const retry = { attempts: 10, baseMs: 2, maxMs: 20, pollAfter: 5, pollMs: 5 };
const settings = { retry, connectTimeoutMs: 200 };
const securityError = () => new DOMException('The document has no access to it.', 'SecurityError');

async function online() {
  await using starting = new AsyncDisposableStack();
  const log = createMemoryEventLog({});
  const server = starting.use(await startServer({ log, streamAttemptsPerMinute: 1_000_000 }));
  const proxy = starting.use(await startProxy(server.url));
  const testLog = await TestLog.create(log);
  const rest = starting.move();
  return { log, server, proxy, testLog, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** Refuses locks, as a browser does that blocks storage for the page. */
const refusingLocks: LockManager = {
  request: async () => {
    throw securityError();
  },
  query: async () => {
    throw securityError();
  },
};
/** Never responds. */
const silentLocks: LockManager = {
  request: () => new Promise<never>(() => {}),
  query: () => new Promise<never>(() => {}),
};
class RefusingChannel extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    this.close();
    throw securityError();
  }
}
/** A replacement, as an extension may install it, that delivers no messages. */
class SilentChannel extends BroadcastChannel {
  override postMessage(): void {}
}
const refusedWorker = () => {
  throw securityError();
};

describe('F7: events arrive whatever a browser refuses', () => {
  test.each<[string, SharedStreamsOptions]>([
    [
      'cookies are blocked',
      { worker: refusedWorker, locks: refusingLocks, BroadcastChannel: RefusingChannel },
    ],
    ['locks are refused', { locks: refusingLocks }],
    ['locks are never granted', { locks: silentLocks }],
    ['there are no locks', { locks: null }],
    ['a BroadcastChannel cannot be made', { BroadcastChannel: RefusingChannel }],
    ['a BroadcastChannel delivers nothing', { BroadcastChannel: SilentChannel }],
  ])('%s', async (_name, options) => {
    await using at = await online();
    const client = createRuntapeClient({
      url: at.proxy.url,
      retry,
      sharing: createSharedStreams({ answerMs: 100, ...options }),
    });
    const seen = collect(client.follow(at.testLog.workflowId));
    await at.testLog.status('one');
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
    await at.testLog.complete();
    await seen.done;
    await client.close();
    await eventually(() => expect(at.proxy.open.size).toBe(0));
  });
});

/** Creates a client that uses the given ports. */
function clientOf(options: RuntapeClientOptions, ports: readonly OpenPort[]) {
  return createRuntapeClient({
    ...options,
    retry,
    sharing: {
      connect: (connection) => {
        const { url, fetch, triggers, random, now } = connection;
        const client = new HostClient({
          url,
          settings,
          scope: { tab: 'tab', locks: undefined, BroadcastChannel: undefined, fetch, random, now },
          triggers,
          answerMs: 50,
          ports,
        });
        return createStreamSource(client, connection);
      },
    },
  });
}

describe('E7: without a host, each follow has its own stream', () => {
  const failing: OpenPort = async () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  };
  const hanging: OpenPort = () => new Promise(() => {});
  const dying: OpenPort = async ({ onDead }) => {
    setTimeout(onDead);
    return { post: () => {}, onSilence: () => {}, close: () => {} };
  };
  const silent: OpenPort = async ({ onDead }) => ({
    post: () => {},
    onSilence: onDead,
    close: () => {},
  });

  test.each([
    ['cannot be loaded', [failing, failing]],
    ['never opens', [hanging]],
    ['dies as soon as it is open', [dying, dying]],
    ['never responds', [silent]],
  ])('because it %s', async (_name, ports) => {
    await using at = await online();
    const client = clientOf({ url: at.proxy.url }, ports);
    const states: string[] = [];
    const seen = collect(
      client.follow(at.testLog.workflowId, { onConnection: ({ state }) => states.push(state) }),
    );
    await at.testLog.status('one');
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
    expect(at.proxy.requests.streams).toEqual(['/trpc/onWorkflowEvents']);
    at.server.cut();
    await at.testLog.status('two');
    await at.testLog.complete();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1, 2, 3]);
    expect(states[0]).toBe('connecting');
    expect(states.at(-1)).toBe('ended');
    await client.close();
  });

  test('a thread too, and the next follow tries to share again', async () => {
    await using at = await online();
    let isAway = true;
    const { openLocalHost } = await import('../src/ports/leader-port.ts');
    const openPort: OpenPort = async (events) => {
      if (isAway) return await failing(events);
      const scope = {
        tab: 'tab',
        locks: undefined,
        BroadcastChannel: undefined,
        fetch,
        random: Math.random,
        now: Date.now,
      };
      return openLocalHost(scope, events);
    };
    const client = clientOf({ url: at.proxy.url }, [openPort]);
    const testLog = await TestLog.create(at.log, { threadId: 'talk-1' });
    await testLog.status('one');
    for await (const { message } of client.followThread('talk-1')) {
      expect(message.type).toBe('status');
      break;
    }
    expect(at.proxy.requests.streams).toEqual(['/trpc/onThreadEvents']);
    isAway = false;
    for await (const { message } of client.followThread('talk-1')) {
      expect(message.type).toBe('status');
      break;
    }
    expect(at.proxy.requests.streams.at(-1)).toBe('/api/events');
    await client.close();
  });

  test('if the server is unavailable too, this is reported, and Reconnect tries again', async () => {
    await using at = await online();
    at.proxy.streams = '503';
    at.proxy.calls = '503';
    const client = clientOf({ url: at.proxy.url }, [failing]);
    const follow = () => collect(client.follow(at.testLog.workflowId));
    await expect(follow().done).rejects.toMatchObject({ name: 'RuntapeClientError' });
    at.proxy.streams = 'pass';
    client.reconnect();
    const seen = follow();
    await at.testLog.complete();
    await seen.done;
    await client.close();
  });
});

describe('I1: a page that is loaded, left and restored', () => {
  let page: EventTarget;
  beforeEach(() => {
    page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  });
  afterEach(() => vi.unstubAllGlobals());

  test('F7: pageshow and pagehide, at any moment, leave one open connection while the page shows, and none otherwise', async () => {
    const moment = constantFrom('pageshow', 'pagehide', 'opened', 'a turn', 'reconnect');
    await assert(
      asyncProperty(array(moment, { maxLength: 12 }), async (moments) => {
        const ports: { isOpen: boolean; readonly said: ToHost[] }[] = [];
        const opening: (() => void)[] = [];
        const openPort: OpenPort = async () => {
          const { promise, resolve } = Promise.withResolvers<void>();
          opening.push(resolve);
          await promise;
          const port = { isOpen: true, said: [] as ToHost[] };
          ports.push(port);
          return {
            post: (said) => void port.said.push(said),
            onSilence: () => {},
            close: () => {
              port.isOpen = false;
            },
          };
        };
        const client = new HostClient({
          url: 'http://127.0.0.1:1/',
          settings: { retry, connectTimeoutMs: 60_000 },
          scope: {
            tab: 'tab',
            locks: undefined,
            BroadcastChannel: undefined,
            fetch,
            random: Math.random,
            now: Date.now,
          },
          triggers: () => () => {},
          answerMs: 60_000,
          ports: [openPort],
        });
        const left = new AbortController();
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        const subscribe = (follow: number) =>
          ({ kind: 'follow-thread', follow, threadId: 'talk-1', after: null }) as const;
        const nothing = () => {};
        client.subscribe(
          { subscribe, onMessage: nothing, onState: nothing, onEnd: nothing, onNoHost: nothing },
          left.signal,
        );
        let isShown = true;
        for (const each of moments) {
          if (each === 'opened') opening.shift()?.();
          else if (each === 'a turn') await turn();
          else if (each === 'reconnect') client.reconnect();
          else {
            isShown = each === 'pageshow';
            page.dispatchEvent(new Event(each));
          }
        }
        const settle = async () => {
          await turn();
          while (opening.length > 0) {
            opening.shift()?.();
            await turn();
          }
        };
        await settle();
        expect(ports.filter(({ isOpen }) => isOpen).length).toBe(isShown ? 1 : 0);
        page.dispatchEvent(new Event('pageshow'));
        await settle();
        const open = ports.filter(({ isOpen }) => isOpen);
        expect(open.length).toBe(1);
        // Whichever connection is open, it has received the subscription.
        expect(open[0]?.said.map(({ kind }) => kind)).toContain('follow-thread');
        client.close();
        left.abort();
        expect(ports.some(({ isOpen }) => isOpen)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('F7: a tab whose pageshow comes while it connects to the leading tab receives its events', async () => {
    await using at = await online();
    const open = () =>
      createRuntapeClient({ url: at.proxy.url, retry, sharing: createSharedStreams() });
    const leads = open();
    const first = collect(leads.follow(at.testLog.workflowId));
    await at.testLog.status('one');
    await eventually(() => expect(seqsOf(first.entries)).toEqual([1]));
    const second = open();
    const seen = collect(second.follow(at.testLog.workflowId));
    await Promise.resolve();
    page.dispatchEvent(new Event('pageshow'));
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
    await at.testLog.status('two');
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1, 2]));
    page.dispatchEvent(new Event('pagehide'));
    page.dispatchEvent(new Event('pageshow'));
    await at.testLog.complete();
    await Promise.all([first.done, seen.done]);
    expect(seqsOf(seen.entries)).toEqual([1, 2, 3]);
    await Promise.all([leads.close(), second.close()]);
  });

  test('a client that is closed while connecting leaves nothing open', async () => {
    let closed = 0;
    const opening = Promise.withResolvers<void>();
    const openPort: OpenPort = async () => {
      await opening.promise;
      return { post: () => {}, onSilence: () => {}, close: () => (closed += 1) };
    };
    const client = clientOf({ url: 'http://127.0.0.1:1' }, [openPort]);
    const seen = collect(client.follow('wf_0123456789abcdef'));
    await Promise.resolve();
    await Promise.all([
      client.close(),
      expect(seen.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    opening.resolve();
    await eventually(() => expect(closed).toBe(1));
  });
});

describe('E7: Reconnect', () => {
  test('reopens a stalled stream immediately, even while another tab follows the same workflow', async () => {
    await using at = await online();
    const sharing = createSharedStreams();
    const clients = [0, 1].map(() => createRuntapeClient({ url: at.proxy.url, retry, sharing }));
    const seen = clients.map((client) => collect(client.follow(at.testLog.workflowId)));
    await at.testLog.status('one');
    await eventually(() => expect(seen.map(({ entries }) => seqsOf(entries))).toEqual([[1], [1]]));
    const before = at.proxy.requests.streams.length;
    clients[1]?.reconnect();
    await eventually(() => expect(at.proxy.requests.streams.length).toBe(before + 1));
    await at.testLog.complete();
    await Promise.all(seen.map(({ done }) => done));
    expect(seen.map(({ entries }) => seqsOf(entries))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    await Promise.all(clients.map((client) => client.close()));
  });
});

test('F7 F1: a former leader that was frozen and wakes up is ignored', async () => {
  await using at = await online();
  const name = `runtape ${PROTOCOL} ${at.proxy.url}/`;
  const ports: string[] = [];
  const spy = new BroadcastChannel(`${name} hub`);
  spy.addEventListener('message', ({ data }: MessageEvent<{ port: string }>) =>
    ports.push(data.port),
  );
  const client = createRuntapeClient({
    url: at.proxy.url,
    retry,
    sharing: createSharedStreams(),
  });
  const seen = collect(client.follow(at.testLog.workflowId));
  await at.testLog.status('one');
  await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
  const old = new BroadcastChannel(`${name} tab ${ports[0]}`);
  const message = { type: 'token', data: { part: 'draft', content: 'twice', isComplete: false } };
  for (const follow of [1, 2, 3]) {
    const said = { kind: 'message', follow, id: at.testLog.idOf(9), message, chars: 9 };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A BroadcastChannel has none.
    old.postMessage({ leader: 'the one before', said });
  }
  await at.testLog.complete();
  await seen.done;
  expect(seqsOf(seen.entries)).toEqual([1, 2]);
  await client.close();
  old.close();
  spy.close();
});
