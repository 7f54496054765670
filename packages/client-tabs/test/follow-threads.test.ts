import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import type {
  ConnectionState,
  FollowThreadOptions,
  RuntapeClient,
  StreamProblem,
} from '@runtape/client';
import { browserOf, type Sharing } from './browser-of-tabs.ts';
import {
  collect,
  collectThread,
  eventually,
  seqsOf,
  startProxy,
  startServer,
} from '@runtape/loopback';

const retry = { attempts: 1000, baseMs: 2, maxMs: 20, pollMs: 5 };
const sharingModes: readonly Sharing[] = ['a worker', 'a leading tab', 'each tab for itself'];
const TALK = 'talk-1';
const OTHER = 'talk-2';

/** A browser and a server, with a proxy in between that records every connection. */
async function online(sharing: Sharing) {
  await using starting = new AsyncDisposableStack();
  const store = new MemoryStore();
  const log = createMemoryEventLog({ store });
  const server = starting.use(await startServer({ log, streamAttemptsPerMinute: 1_000_000 }));
  const proxy = starting.use(await startProxy(server.url));
  const browser = starting.use(
    browserOf(sharing, { url: proxy.url, retry, connectTimeoutMs: 30_000 }),
  );
  const rest = starting.move();
  return {
    log,
    server,
    proxy,
    browser,
    /** The threads that the server watches. */
    watched: () => Array.from(store.threadWatchers).flatMap((each) => Array.from(each.keys())),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const allOf = (testLog: TestLog) => upTo(testLog.tail).map((seq) => testLog.idOf(seq));

function watch(client: RuntapeClient, threadId: string, options: FollowThreadOptions = {}) {
  const states: ConnectionState[] = [];
  const problems: StreamProblem[] = [];
  const seen = collectThread(
    client.followThread(threadId, {
      ...options,
      onConnection: (state) => states.push(state),
      onProblem: (problem) => problems.push(problem),
    }),
  );
  // Most tests end it by closing the client.
  seen.done.catch(() => {});
  return { ...seen, states, problems, names: () => states.map(({ state }) => state) };
}

describe.each(sharingModes)('F7 C4: threads held by %s', (sharing) => {
  test('tabs follow threads and workflows over one connection, each event once and in order', async () => {
    await using at = await online(sharing);
    const talks = await Promise.all(
      upTo(3).map((number) => TestLog.create(at.log, { threadId: `talk-${number}` })),
    );
    const others = [await TestLog.create(at.log), await TestLog.create(at.log)];
    const threads = [...upTo(3), 1].map((number) => watch(at.browser.open(), `talk-${number}`));
    const workflows = others.map(({ workflowId }) => {
      const states: string[] = [];
      const stream = at.browser
        .open()
        .follow(workflowId, { onConnection: ({ state }) => states.push(state) });
      return { ...collect(stream), names: () => states };
    });
    await eventually(() => {
      for (const { names } of [...threads, ...workflows]) expect(names().at(-1)).toBe('live');
    });
    await eventually(() =>
      expect(at.proxy.open.size).toBe(sharing === 'each tab for itself' ? 6 : 1),
    );
    const asked = at.proxy.requests.streams.length;
    for (const step of upTo(20)) {
      await Promise.all([...talks, ...others].map((testLog) => testLog.status(`step ${step}`)));
    }
    // A workflow that joins needs no new request.
    const late = await TestLog.endedIn(at.log, TALK, 'late');
    await Promise.all([...talks, ...others].map((testLog) => testLog.complete()));
    await Promise.all(workflows.map(({ done }) => done));
    for (const [index, testLog] of talks.entries()) {
      await eventually(() =>
        expect(threads[index]?.idsOf(testLog.workflowId)).toEqual(allOf(testLog)),
      );
    }
    for (const each of [threads[0], threads[3]]) {
      await eventually(() => expect(each?.idsOf(late.workflowId)).toEqual(allOf(late)));
      expect(each?.idsOf(talks[0]?.workflowId ?? '')).toHaveLength(21);
      expect(each?.entries).toHaveLength(23);
    }
    for (const { entries } of workflows) expect(seqsOf(entries)).toEqual(upTo(21));
    for (const { names } of threads) expect(names()).toEqual(['connecting', 'live']);
    expect(at.proxy.requests.streams.length).toBe(asked);
    expect(new Set(at.proxy.requests.streams)).toEqual(new Set(['/api/events']));
  });

  test('B4: while connections keep breaking, each event arrives once, in order, also in workflows that join', async () => {
    await using at = await online(sharing);
    const testLogs = [await TestLog.create(at.log, { threadId: TALK })];
    const tabs = [0, 1].map(() => watch(at.browser.open(), TALK));
    for (const round of upTo(12)) {
      for (const testLog of testLogs) await testLog.status(`${round}`);
      if (round % 3 === 0) testLogs.push(await TestLog.create(at.log, { threadId: TALK }));
      if (round % 4 === 0) await testLogs[0]?.append(makeToken('a'), makeToken('b'));
      // Some breaks come before anything was read, some in the middle.
      const total = testLogs.reduce((sum, { tail }) => sum + tail, 0);
      const least = round % 2 === 0 ? total / 4 : 0;
      await eventually(() => expect(tabs[0]?.entries.length).toBeGreaterThanOrEqual(least));
      for (const answer of at.proxy.open) answer.destroy();
    }
    for (const testLog of testLogs) await testLog.complete();
    for (const { idsOf, problems } of tabs) {
      for (const testLog of testLogs) {
        await eventually(() =>
          expect(idsOf(testLog.workflowId).at(-1)).toBe(testLog.idOf(testLog.tail)),
        );
        // Neighbouring tokens may arrive merged.
        const ids = idsOf(testLog.workflowId);
        expect(ids).toEqual(allOf(testLog).filter((id) => ids.includes(id)));
        expect(ids.length).toBeGreaterThanOrEqual(testLog.tail - 3);
      }
      expect(problems).toEqual([]);
    }
  });

  test('E7: polls where streams are blocked, keeps every event, and streams again when streams work', async () => {
    await using at = await online(sharing);
    at.proxy.streams = '503';
    const testLog = await TestLog.create(at.log, { threadId: TALK });
    const other = await TestLog.create(at.log);
    const [talk, quiet] = [watch(at.browser.open(), TALK), watch(at.browser.open(), OTHER)];
    const workflow = collect(at.browser.open().follow(other.workflowId));
    await eventually(() => {
      for (const { names } of [talk, quiet]) expect(names()).toContain('polling');
    });
    for (const step of upTo(30)) {
      await testLog.status(`${step}`);
      await other.status(`${step}`);
    }
    await eventually(() => expect(talk.idsOf(testLog.workflowId)).toEqual(allOf(testLog)));
    const joined = await TestLog.create(at.log, { threadId: OTHER });
    await joined.status('1');
    await eventually(() => expect(quiet.entries).toHaveLength(1));
    at.proxy.streams = 'pass';
    await eventually(() => {
      for (const { names } of [talk, quiet]) expect(names().at(-1)).toBe('live');
    });
    for (const each of [testLog, joined, other]) {
      await each.status('more');
      await each.complete();
    }
    await workflow.done;
    expect(seqsOf(workflow.entries)).toEqual(upTo(32));
    await eventually(() => expect(talk.idsOf(testLog.workflowId)).toEqual(allOf(testLog)));
    await eventually(() => expect(quiet.idsOf(joined.workflowId)).toEqual(allOf(joined)));
    expect([talk.entries.length, quiet.entries.length]).toEqual([32, 3]);
  });

  test('C4: waits for a thread that has not begun, which begins when a question is asked in it', async () => {
    await using at = await online(sharing);
    const client = at.browser.open();
    const seen = watch(client, TALK);
    await eventually(() => expect(seen.names().at(-1)).toBe('live'));
    const { workflowId } = await client.start(
      'askRepository',
      { question: 'Where?', target: { kind: 'local', path: '/tmp' } },
      { threadId: TALK },
    );
    await client.cancelWorkflow(workflowId);
    await eventually(() =>
      expect(seen.entries.at(-1)).toMatchObject({
        workflowId,
        message: { type: 'workflow:cancelled' },
      }),
    );
  });

  test('A11: a refused thread does not affect the others', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log, { threadId: TALK });
    await testLog.status('1');
    const fine = watch(at.browser.open(), TALK);
    await eventually(() => expect(fine.entries).toHaveLength(1));
    const after = fine.entries[0]?.cursor ?? '';
    for (const [threadId, options, code] of [
      ['not a thread', {}, 'invalid_input'],
      ['x'.repeat(5000), {}, 'invalid_input'],
      [OTHER, { after }, 'malformed_cursor'],
      [OTHER, { after: 'x'.repeat(20_000) }, 'malformed_cursor'],
    ] as const) {
      const seen = watch(at.browser.open(), threadId, options);
      await expect(seen.done).rejects.toMatchObject({ kind: 'refused', code });
      expect(seen.states.at(-1)).toMatchObject({ state: 'failed', kind: 'refused' });
    }
    await testLog.status('2');
    await eventually(() => expect(fine.idsOf(testLog.workflowId)).toEqual(allOf(testLog)));
  });

  test('E10: a damaged workflow is reported once, whatever breaks, and does not stop the others', async () => {
    await using at = await online(sharing);
    const good = await TestLog.create(at.log, { threadId: TALK });
    const bad = await TestLog.endedIn(at.log, TALK, 'x');
    const read = at.log.read.bind(at.log);
    const readMerged = at.log.readMerged.bind(at.log);
    const damaged = async (): Promise<never> => {
      throw new TypeError('damaged');
    };
    at.log.read = async (id, range) => await (id === bad.workflowId ? damaged() : read(id, range));
    at.log.readMerged = async (id, range) =>
      await (id === bad.workflowId ? damaged() : readMerged(id, range));
    const seen = watch(at.browser.open(), TALK);
    const alone = collect(at.browser.open().follow(bad.workflowId));
    await Promise.all([
      expect(alone.done).rejects.toMatchObject({ code: 'internal' }),
      eventually(() => expect(seen.problems).toHaveLength(1)),
    ]);
    for (const step of upTo(3)) {
      await good.status(`${step}`);
      await eventually(() => expect(seen.idsOf(good.workflowId)).toHaveLength(step));
      for (const answer of at.proxy.open) answer.destroy();
    }
    expect(seen.problems).toMatchObject([{ kind: 'unreadable', id: bad.workflowId }]);
    at.log.read = read;
    at.log.readMerged = readMerged;
    // Connections that were open before are cut, too.
    for (const answer of at.proxy.open) answer.destroy();
    await eventually(() => expect(seen.idsOf(bad.workflowId)).toEqual(allOf(bad)));
  });

  test('A10: a tab that does not read delays no other tab, costs a bounded amount, and receives the rest later', async () => {
    await using at = await online(sharing);
    const testLog = await TestLog.create(at.log, { threadId: TALK });
    const mayGoOn = Promise.withResolvers<void>();
    const slow = collectThread(at.browser.open().followThread(TALK), () => mayGoOn.promise);
    slow.done.catch(() => {});
    const fast = watch(at.browser.open(), TALK);
    await testLog.status('start');
    await eventually(() => expect([slow.entries.length, fast.entries.length]).toEqual([1, 1]));
    const note = (message: string) => makeEvent('log:created', { level: 'info', message });
    for (let from = 0; from < 2000; from += 50) {
      await testLog.append(...upTo(50).map((step) => note(`${from + step}`)));
    }
    await eventually(() => expect(fast.idsOf(testLog.workflowId)).toEqual(allOf(testLog)));
    expect(slow.entries.length).toBe(1);
    mayGoOn.resolve();
    await eventually(() => expect(slow.idsOf(testLog.workflowId)).toEqual(allOf(testLog)));
    await testLog.status('live again');
    await eventually(() => expect(slow.entries).toHaveLength(testLog.tail));
    expect(slow.idsOf(testLog.workflowId)).toEqual(allOf(testLog));
  });

  test('A13: the server stops watching a thread that is left, while others continue; the last one leaves nothing behind', async () => {
    await using at = await online(sharing);
    const testLogs = [
      await TestLog.create(at.log, { threadId: TALK }),
      await TestLog.create(at.log, { threadId: OTHER }),
    ];
    const [one, two] = [at.browser.open(), at.browser.open()];
    const leaving = new AbortController();
    const [left, stays] = [watch(one, TALK, { signal: leaving.signal }), watch(two, OTHER)];
    for (const testLog of testLogs) await testLog.status('1');
    await eventually(() =>
      expect([left, stays].map((each) => each.entries.length)).toEqual([1, 1]),
    );
    expect([at.watched().toSorted(), at.server.fanOut.tailCount]).toEqual([[TALK, OTHER], 2]);
    leaving.abort();
    await expect(left.done).rejects.toMatchObject({ name: 'AbortError' });
    await eventually(() =>
      expect([at.watched(), at.server.fanOut.tailCount]).toEqual([[OTHER], 1]),
    );
    await testLogs[1]?.status('2');
    await eventually(() => expect(stays.entries).toHaveLength(2));
    await Promise.all([one.close(), two.close()]);
    await expect(stays.done).rejects.toMatchObject({ name: 'AbortError' });
    await eventually(() =>
      expect([at.proxy.open.size, at.watched(), at.server.fanOut.tailCount]).toEqual([0, [], 0]),
    );
    expect(at.server.errors).toEqual([]);
  });
});
