import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntapeClient } from '@runtape/client';
import { createSharedStreams } from '../src/index.ts';
import { PROTOCOL } from '../src/protocol/messages.ts';
import { browserOf, startWorker } from './browser-of-tabs.ts';
import { collect, eventually, seqsOf, startProxy, startServer, textOf } from '@runtape/loopback';

const retry = { attempts: 10, baseMs: 2, maxMs: 20, pollAfter: 5, pollMs: 5 };
/** Long enough that a busy machine does not make a tab look unresponsive. */
const ANSWER_MS = 2_000;
const note = (message: string) => makeEvent('log:created', { level: 'info', message });

async function online() {
  await using starting = new AsyncDisposableStack();
  const log = createMemoryEventLog({});
  const server = starting.use(await startServer({ log, streamAttemptsPerMinute: 1_000_000 }));
  const proxy = starting.use(await startProxy(server.url));
  const testLog = await TestLog.create(log);
  const rest = starting.move();
  return { log, server, proxy, testLog, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/**
 * Holds a lock, as a tab does for its lifetime.
 * @returns a function that releases it
 */
function hold(name: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Rejects if the lock is stolen.
  navigator.locks.request(name, () => promise).catch(() => {});
  return resolve;
}

const messageSchema = z.object({ kind: z.literal('message'), id: z.string() });

/** A tab that sends only the messages that the test sends. */
function bareTab(start: ReturnType<typeof startWorker>, url: string, tab: string) {
  const { port } = start();
  const ids: string[] = [];
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const parsed = messageSchema.safeParse(data);
    if (parsed.success) ids.push(parsed.data.id);
  });
  port.start();
  const lock = `runtape tab ${tab}`;
  port.postMessage({ kind: 'hello', lock, url, settings: { retry, connectTimeoutMs: 30_000 } });
  return {
    ids,
    say: (said: object) => port.postMessage(said),
    follow: (workflowId: string) =>
      port.postMessage({
        kind: 'follow',
        follow: 1,
        workflowId,
        after: null,
        replay: 'events',
        types: null,
      }),
    [Symbol.dispose]: () => port.close(),
  };
}

describe('F7: tabs that disappear', () => {
  test('a crashed tab is noticed, and its follows end', async () => {
    await using at = await online();
    const letGo = hold('runtape tab crashing');
    using tab = bareTab(startWorker(), at.proxy.url, 'crashing');
    tab.follow(at.testLog.workflowId);
    await eventually(() => expect(at.server.fanOut.readerCount(at.testLog.workflowId)).toBe(1));
    letGo();
    await eventually(() =>
      expect([at.proxy.open.size, at.server.fanOut.tailCount]).toEqual([0, 0]),
    );
  });

  test('a frozen tab costs a bounded amount, delays no other tab, and continues when it wakes up', async () => {
    await using at = await online();
    const start = startWorker();
    const letGo = hold('runtape tab frozen');
    using frozen = bareTab(start, at.proxy.url, 'frozen');
    frozen.follow(at.testLog.workflowId);
    const client = createRuntapeClient({
      url: at.proxy.url,
      sharing: createSharedStreams({ worker: start }),
    });
    const seen = collect(client.follow(at.testLog.workflowId));
    for (let from = 0; from < 3000; from += 100) {
      await at.testLog.append(...Array.from({ length: 100 }, (_, step) => note(`${from + step}`)));
    }
    await eventually(() => expect(seqsOf(seen.entries).at(-1)).toBe(3000));
    // The messages wait in its port; the host pauses once the send window is full.
    expect(frozen.ids.length).toBe(512);
    let taken = 0;
    const expected = Array.from({ length: 3000 }, (_, index) => at.testLog.idOf(index + 1));
    await eventually(() => {
      if (frozen.ids.length > taken) {
        frozen.say({ kind: 'taken', follow: 1, count: frozen.ids.length - taken });
        taken = frozen.ids.length;
      }
      expect(frozen.ids).toEqual(expected);
    });
    await at.testLog.complete();
    await seen.done;
    letGo();
    await client.close();
  });

  test('invalid messages from a tab are ignored', async () => {
    await using at = await online();
    const letGo = hold('runtape tab odd');
    using tab = bareTab(startWorker(), at.proxy.url, 'odd');
    for (const said of [{}, { kind: 'follow' }, { kind: 'taken', follow: 7, count: -1 }]) {
      tab.say(said);
    }
    tab.say({ kind: 'taken', follow: 7, count: 1 });
    tab.say({ kind: 'unfollow', follow: 7 });
    tab.follow(at.testLog.workflowId);
    await at.testLog.status('one');
    await eventually(() => expect(tab.ids).toEqual([at.testLog.idOf(1)]));
    tab.say({ kind: 'bye' });
    await eventually(() => expect(at.proxy.open.size).toBe(0));
    letGo();
  });
});

describe('F7: a leading tab', () => {
  test('when it disappears, another one leads and all continue from their cursors', async () => {
    await using at = await online();
    await using browser = browserOf('a leading tab', { url: at.proxy.url, retry });
    const pieces = Array.from({ length: 300 }, (_, index) => `${index} `);
    const tabs = Array.from({ length: 5 }, () => {
      const client = browser.open();
      return { client, seen: collect(client.follow(at.testLog.workflowId)) };
    });
    const left = new Set<number>();
    for (const [index, piece] of pieces.entries()) {
      await at.testLog.append(makeToken(piece));
      if (index % 60 !== 30) continue;
      await eventually(() =>
        expect(tabs.filter(({ seen }) => textOf(seen.entries).endsWith(piece)).length).toBe(
          tabs.length - left.size,
        ),
      );
      if (left.size === 4) continue;
      // Tabs lead in the order in which they were opened.
      const leader = tabs[left.size];
      left.add(left.size);
      await Promise.all([
        leader?.client.close(),
        expect(leader?.seen.done).rejects.toMatchObject({ name: 'AbortError' }),
      ]);
      expect(at.proxy.open.size).toBeLessThanOrEqual(1);
    }
    await at.testLog.complete();
    const last = tabs.at(-1)?.seen;
    await last?.done;
    expect(textOf(last?.entries ?? [])).toBe(pieces.join(''));
    for (const { seen } of tabs.slice(0, 4)) {
      expect(pieces.join('').startsWith(textOf(seen.entries))).toBe(true);
    }
  });

  test('a tab also leads for others when it follows nothing itself', async () => {
    await using at = await online();
    await using browser = browserOf('a leading tab', { url: at.proxy.url, retry });
    const short = await TestLog.create(at.log);
    const first = collect(browser.open().follow(short.workflowId));
    await short.status('one');
    await eventually(() => expect(first.entries.length).toBe(1));
    const states: string[] = [];
    const second = collect(
      browser
        .open()
        .follow(at.testLog.workflowId, { onConnection: ({ state }) => states.push(state) }),
    );
    await eventually(() => expect(states.at(-1)).toBe('live'));
    await short.complete();
    await first.done;
    await at.testLog.status('one');
    await at.testLog.complete();
    await second.done;
    expect(states).toEqual(['connecting', 'live', 'ended']);
  });

  test('a frozen leader is replaced by a tab that is not frozen', async () => {
    await using at = await online();
    // This leader holds the lock and does not respond.
    const name = `runtape ${PROTOCOL} ${at.proxy.url}/`;
    const letGo = hold(name);
    const held = async () =>
      (await navigator.locks.query()).held?.find((lock) => lock.name === name)?.clientId;
    const client = createRuntapeClient({
      url: at.proxy.url,
      sharing: createSharedStreams({ answerMs: ANSWER_MS }),
    });
    const seen = collect(client.follow(at.testLog.workflowId));
    await at.testLog.status('one');
    await at.testLog.complete();
    await seen.done;
    expect(seqsOf(seen.entries)).toEqual([1, 2]);
    expect(await held()).toBeDefined();
    await client.close();
    await expect.poll(held).toBeUndefined();
    letGo();
  });
});

describe('F7: a worker', () => {
  test.each([
    [
      'that cannot be made',
      () => {
        throw new ReferenceError('SharedWorker is not defined');
      },
    ],
    [
      'whose script cannot be loaded',
      () => {
        const { port1 } = new MessageChannel();
        const worker = Object.assign(new EventTarget(), { port: port1 });
        setTimeout(() => worker.dispatchEvent(new Event('error')));
        return worker;
      },
    ],
    [
      'that does not answer',
      () => Object.assign(new EventTarget(), { port: new MessageChannel().port1 }),
    ],
  ])('%s is not used: one of the tabs leads', async (_name, worker) => {
    await using at = await online();
    const clients = [0, 1].map(() =>
      createRuntapeClient({
        url: at.proxy.url,
        sharing: createSharedStreams({ worker, answerMs: ANSWER_MS }),
      }),
    );
    const seen = clients.map((client) => collect(client.follow(at.testLog.workflowId)));
    await at.testLog.status('one');
    await eventually(() => expect(seen.map(({ entries }) => seqsOf(entries))).toEqual([[1], [1]]));
    expect(at.proxy.open.size).toBe(1);
    await at.testLog.complete();
    await Promise.all(seen.map(({ done }) => done));
    await Promise.all(clients.map((client) => client.close()));
  });

  test('works without locks too, and a tab that says goodbye leaves nothing behind', async () => {
    await using at = await online();
    const client = createRuntapeClient({
      url: at.proxy.url,
      sharing: createSharedStreams({ worker: startWorker(null), locks: null }),
    });
    const seen = collect(client.follow(at.testLog.workflowId));
    await at.testLog.status('one');
    await eventually(() => expect(seqsOf(seen.entries)).toEqual([1]));
    await Promise.all([
      client.close(),
      expect(seen.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    await eventually(() => expect(at.proxy.open.size).toBe(0));
  });
});
