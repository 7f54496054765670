import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import type { ConnectionState, FollowOptions, RuntapeClient } from '@runtape/client';
import { browserOf, type Sharing } from './browser-of-tabs.ts';
import {
  collect,
  type Collected,
  eventually,
  seqsOf,
  startProxy,
  startServer,
  textOf,
} from '@runtape/loopback';

const retry = { attempts: 10, baseMs: 2, maxMs: 20, pollMs: 5 };
const sharingModes: readonly Sharing[] = ['a worker', 'a leading tab', 'each tab for itself'];
const shared = sharingModes.slice(0, 2);

/** A browser and a server, with a proxy in between that records every connection. */
async function online(
  sharing: Sharing,
  retrying: Partial<typeof retry> = {},
  // Long, as a busy machine may respond late.
  connectTimeoutMs = 30_000,
) {
  await using starting = new AsyncDisposableStack();
  const log = createMemoryEventLog({});
  const server = starting.use(await startServer({ log, streamAttemptsPerMinute: 1_000_000 }));
  const proxy = starting.use(await startProxy(server.url));
  const browser = starting.use(
    browserOf(sharing, {
      url: proxy.url,
      retry: { ...retry, ...retrying },
      connectTimeoutMs,
    }),
  );
  const rest = starting.move();
  return {
    log,
    server,
    proxy,
    browser,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

function watch(client: RuntapeClient, workflowId: string, options: FollowOptions = {}) {
  const states: ConnectionState[] = [];
  const seen: Collected = collect(
    client.follow(workflowId, { ...options, onConnection: (state) => states.push(state) }),
  );
  return {
    ...seen,
    states,
    names: () => states.map(({ state }) => state),
    /** Waits until it has received `count` events. */
    isAt: (count: number) =>
      eventually(() => expect(seen.entries.length).toBeGreaterThanOrEqual(count)),
  };
}

describe.each(sharingModes)('F7: streams held by %s', (sharing) => {
  test('twelve tabs follow twelve workflows, each event once and in order', async () => {
    await using at = await online(sharing);
    const testLogs = await Promise.all(upTo(12).map(() => TestLog.create(at.log)));
    const tabs = testLogs.map(({ workflowId }) => watch(at.browser.open(), workflowId));
    await eventually(() =>
      expect(tabs.map(({ names }) => names().at(-1))).toEqual(tabs.map(() => 'live')),
    );
    await eventually(() =>
      expect(at.proxy.open.size).toBe(sharing === 'each tab for itself' ? 12 : 1),
    );
    const asked = at.proxy.requests.streams.length;
    for (const step of upTo(20)) {
      await Promise.all(testLogs.map((testLog) => testLog.status(`step ${step}`)));
    }
    await Promise.all(testLogs.map((testLog) => testLog.complete()));
    await Promise.all(tabs.map(({ done }) => done));
    for (const { entries, names } of tabs) {
      expect(seqsOf(entries)).toEqual(upTo(21));
      expect(names()).toEqual(['connecting', 'live', 'ended']);
    }
    // Ended workflows need no new request.
    expect(at.proxy.requests.streams.length).toBe(asked);
    await eventually(() =>
      expect([at.proxy.open.size, at.server.fanOut.tailCount]).toEqual([0, 0]),
    );
  });

  test('B4: when the server is unavailable and recovers, all tabs continue, and report both', async () => {
    await using at = await online(sharing, { attempts: 1000 });
    const testLog = await TestLog.create(at.log);
    const tabs = [0, 1].map(() => watch(at.browser.open(), testLog.workflowId));
    await testLog.status('one');
    await eventually(() => expect(tabs.map(({ entries }) => seqsOf(entries))).toEqual([[1], [1]]));
    at.proxy.streams = 'reset';
    at.proxy.calls = 'reset';
    for (const answer of at.proxy.open) answer.destroy();
    await eventually(() => {
      for (const { names } of tabs) expect(names()).toContain('reconnecting');
    });
    await testLog.status('two');
    at.proxy.streams = 'pass';
    at.proxy.calls = 'pass';
    await testLog.complete();
    await Promise.all(tabs.map(({ done }) => done));
    for (const { entries } of tabs) expect(seqsOf(entries)).toEqual([1, 2, 3]);
  });

  test('E7: polls where streams are blocked, keeps every event, and streams again when streams work', async () => {
    await using at = await online(sharing);
    at.proxy.streams = '503';
    const testLogs = [await TestLog.create(at.log), await TestLog.create(at.log)];
    const tabs = testLogs.map(({ workflowId }) => watch(at.browser.open(), workflowId));
    await eventually(() => {
      for (const { names } of tabs) expect(names()).toContain('polling');
    });
    for (const step of upTo(30)) {
      for (const testLog of testLogs) await testLog.append(makeToken(`${step} `));
    }
    await eventually(() => {
      for (const { entries } of tabs) expect(seqsOf(entries).at(-1)).toBe(30);
    });
    at.proxy.streams = 'pass';
    await eventually(() => {
      for (const { names } of tabs) expect(names().at(-1)).toBe('live');
    });
    for (const testLog of testLogs) {
      await testLog.append(makeToken('more'));
      await testLog.complete();
    }
    await Promise.all(tabs.map(({ done }) => done));
    for (const { entries } of tabs) {
      expect(textOf(entries)).toBe(
        `${upTo(30)
          .map((step) => `${step} `)
          .join('')}more`,
      );
    }
  });

  test('E7: gives up after the configured attempts, in all tabs, and a new follow retries', async () => {
    await using at = await online(sharing);
    at.proxy.streams = '503';
    at.proxy.calls = '503';
    const testLog = await TestLog.create(at.log);
    const client = at.browser.open();
    const tabs = [client, at.browser.open()].map((tab) => watch(tab, testLog.workflowId));
    await Promise.all(
      tabs.map(({ done }) => expect(done).rejects.toMatchObject({ kind: 'service' })),
    );
    for (const { states } of tabs) expect(states.at(-1)).toMatchObject({ state: 'failed' });
    await eventually(() => expect(at.proxy.open.size).toBe(0));
    at.proxy.streams = 'pass';
    const again = watch(client, testLog.workflowId);
    await testLog.complete();
    await again.done;
    expect(seqsOf(again.entries)).toEqual([1]);
  });

  test('A11: an unknown workflow is refused, and does not affect the others', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log);
    const known = watch(at.browser.open(), testLog.workflowId);
    await eventually(() => expect(known.names().at(-1)).toBe('live'));
    for (const id of ['wf_zzzzzzzzzzzzzzzz', 'nonsense', 'x'.repeat(5000)]) {
      const unknown = watch(at.browser.open(), id);
      await expect(unknown.done).rejects.toMatchObject({
        name: 'RuntapeClientError',
        kind: 'refused',
        code: 'unknown_workflow',
      });
      expect(unknown.states.at(-1)).toMatchObject({ state: 'failed', kind: 'refused' });
    }
    await testLog.complete();
    await known.done;
    expect(seqsOf(known.entries)).toEqual([1]);
  });

  test('F2: a cursor of another log gets a reset with a snapshot, and then the new events', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log);
    await testLog.append(makeToken('so far'));
    const other = await TestLog.create(createMemoryEventLog({}));
    const fits = watch(at.browser.open(), testLog.workflowId);
    await eventually(() => expect(fits.entries.length).toBe(1));
    const mismatch = watch(at.browser.open(), testLog.workflowId, { after: other.idOf(7) });
    await eventually(() => expect(mismatch.entries.length).toBe(1));
    await testLog.append(makeToken(', and more'));
    await testLog.complete();
    await Promise.all([fits.done, mismatch.done]);
    expect(mismatch.entries.map(({ message }) => message.type)).toEqual([
      'reset',
      'token',
      'workflow:completed',
    ]);
    expect(textOf(mismatch.entries)).toBe('so far, and more');
    expect(seqsOf(fits.entries)).toEqual([1, 2, 3]);
  });

  test('E15: each follower gets the types it requested, whatever other followers of the workflow request', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log);
    const log = makeEvent('log:created', { level: 'info', message: 'm' });
    await testLog.status('one');
    await testLog.append(log, makeToken('a'));
    const statuses = watch(at.browser.open(), testLog.workflowId, { types: ['status'] });
    await eventually(() => expect(seqsOf(statuses.entries)).toEqual([1]));
    const all = watch(at.browser.open(), testLog.workflowId);
    await eventually(() => expect(seqsOf(all.entries)).toEqual([1, 2, 3]));
    const logs = watch(at.browser.open(), testLog.workflowId, { types: ['log:created'] });
    await eventually(() => expect(seqsOf(logs.entries)).toEqual([2]));
    await testLog.append(log, makeToken('b'));
    await testLog.status('six');
    await testLog.complete();
    await Promise.all([statuses.done, all.done, logs.done]);
    expect(seqsOf(statuses.entries)).toEqual([1, 6, 7]);
    expect(seqsOf(logs.entries)).toEqual([2, 4, 7]);
    expect(seqsOf(all.entries)).toEqual(upTo(7));
  });

  test.each([
    ['503', 'service', 'http_error'],
    ['html', 'protocol', 'http_error'],
    ['buffer', 'network', 'unreachable'],
    ['reset', 'network', 'unreachable'],
  ] as const)(
    'D8: the reason for giving up is distinguished: %s is %s',
    async (manner, kind, code) => {
      const patience = manner === 'buffer' ? 500 : undefined;
      await using at = await online(sharing, { attempts: 1 }, patience);
      const testLog = await TestLog.create(at.log);
      at.proxy.streams = manner;
      const seen = watch(at.browser.open(), testLog.workflowId);
      await expect(seen.done).rejects.toMatchObject({ kind, code });
      expect(seen.states.at(-1)).toMatchObject({ state: 'failed', kind });
    },
  );

  test('A13: nothing remains after the last follower leaves', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log);
    const [one, two] = [at.browser.open(), at.browser.open()];
    const first = watch(one, testLog.workflowId);
    const second = watch(two, testLog.workflowId);
    await eventually(() => {
      for (const { names } of [first, second]) expect(names().at(-1)).toBe('live');
    });
    await Promise.all([
      one.close(),
      expect(first.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    await testLog.status('one');
    await eventually(() => expect(seqsOf(second.entries)).toEqual([1]));
    await Promise.all([
      two.close(),
      expect(second.done).rejects.toMatchObject({ name: 'AbortError' }),
    ]);
    await eventually(() =>
      expect([at.proxy.open.size, at.server.fanOut.tailCount]).toEqual([0, 0]),
    );
    expect(at.server.errors).toEqual([]);
  });
});

describe.each(shared)('F7: followers of one workflow, through %s', (sharing) => {
  test('tabs with different cursors that join at any time each receive each event once and in order', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log);
    const client = at.browser.open();
    const pieces = upTo(400).map((number) => `${number} `);
    const tabs: { readonly from: number; readonly tab: ReturnType<typeof watch> }[] = [];
    for (const [index, piece] of pieces.entries()) {
      await testLog.append(makeToken(piece));
      if (index % 40 === 5) {
        const from = index < 100 ? 0 : Math.floor(index / 2);
        const after = from === 0 ? {} : { after: testLog.idOf(from) };
        const tab = index % 80 === 5 ? client : at.browser.open();
        tabs.push({ from, tab: watch(tab, testLog.workflowId, after) });
      }
      // Subscribe over time, so that many join while the workflow is live.
      await tabs.at(0)?.tab.isAt(index % 25 === 0 ? 1 : 0);
    }
    await testLog.complete();
    await Promise.all(tabs.map(({ tab }) => tab.done));
    expect(tabs.length).toBe(10);
    for (const { from, tab } of tabs) {
      expect(textOf(tab.entries)).toBe(pieces.slice(from).join(''));
      const seqs = seqsOf(tab.entries);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    }
  });

  test('F3: a late subscriber gets the requested replay, even beside a live one', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log);
    await testLog.append(...upTo(700).map((number) => makeToken(`${number} `)));
    const first = watch(at.browser.open(), testLog.workflowId);
    await eventually(() => expect(seqsOf(first.entries).at(-1)).toBe(700));
    const snapshot = watch(at.browser.open(), testLog.workflowId, { replay: 'snapshot' });
    const events = watch(at.browser.open(), testLog.workflowId, { replay: 'events' });
    await eventually(() => expect(seqsOf(snapshot.entries)).toEqual([700]));
    await eventually(() => expect(seqsOf(events.entries).at(-1)).toBe(700));
    await testLog.append(makeToken('live'));
    await testLog.complete();
    await Promise.all([first.done, snapshot.done, events.done]);
    expect(snapshot.entries.map(({ message }) => message.type)).toEqual([
      'workflow:state',
      'token',
      'workflow:completed',
    ]);
    expect(textOf(snapshot.entries)).toBe(textOf(first.entries));
    expect(textOf(events.entries)).toBe(textOf(first.entries));
  });

  test('A10: a tab that does not read delays no other tab, and receives the rest later', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log);
    const mayGoOn = Promise.withResolvers<void>();
    const stuck = at.browser.open();
    const slow = collect(stuck.follow(testLog.workflowId), () => mayGoOn.promise);
    const fast = watch(at.browser.open(), testLog.workflowId);
    await testLog.status('start');
    await eventually(() => expect([slow.entries.length, fast.entries.length]).toEqual([1, 1]));
    const note = (message: string) => makeEvent('log:created', { level: 'info', message });
    for (let from = 0; from < 2000; from += 50) {
      await testLog.append(...upTo(50).map((step) => note(`${from + step}`)));
    }
    await testLog.complete();
    await fast.done;
    expect(slow.entries.length).toBe(1);
    mayGoOn.resolve();
    await slow.done;
    expect(seqsOf(slow.entries)).toEqual(upTo(2002));
    expect(seqsOf(fast.entries)).toEqual(upTo(2002));
  });

  test('a follower that joins after the end receives everything', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.ended(at.log, 'x');
    const first = watch(at.browser.open(), testLog.workflowId);
    await first.done;
    const late = watch(at.browser.open(), testLog.workflowId, { replay: 'snapshot' });
    await late.done;
    const after = watch(at.browser.open(), testLog.workflowId, {
      after: testLog.idOf(testLog.tail),
    });
    await after.done;
    expect([first, late, after].map(({ entries }) => entries.length)).toEqual([2, 1, 0]);
  });
});
