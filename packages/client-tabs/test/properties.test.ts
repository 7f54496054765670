import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import type { StreamEntry } from '@runtape/events';
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  nat,
  record,
} from 'fast-check';
import { expect, test } from 'vitest';
import { browserOf, type Sharing } from './browser-of-tabs.ts';
import {
  collect,
  collectThread,
  eventually,
  startCuttingProxy,
  startServer,
  textOf,
} from '@runtape/loopback';

const sharingModes: readonly Sharing[] = ['a worker', 'a leading tab', 'each tab for itself'];
const RUNS = 5;
const TALK = 'talk-1';
const retry = { attempts: 1000, baseMs: 2, maxMs: 20, pollMs: 5 };

/** Some events of one of the thread's workflows: tokens, or events that are never merged. */
const burst = record({
  workflow: nat({ max: 2 }),
  kind: constantFrom('text', 'logs'),
  count: integer({ min: 1, max: 700 }),
  /** Whether paused readers resume before this burst. */
  release: boolean(),
});
const schedule = record({
  bursts: array(burst, { minLength: 2, maxLength: 8 }),
  cuts: array(integer({ min: 1, max: 60_000 }), { maxLength: 6 }),
  pieceBytes: integer({ min: 1, max: 5000 }),
  /** For each reader, the number of entries after which it pauses. */
  pauseAfter: array(integer({ min: 1, max: 600 }), { minLength: 2, maxLength: 2 }),
});
type Schedule = typeof schedule extends Arbitrary<infer Value> ? Value : never;

/** Pauses readers until they are released. */
class Gate {
  #next = Promise.withResolvers<void>();
  #isOver = false;

  /** Resumes every paused reader. */
  release(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resumes every reader for good. */
  open(): void {
    this.#isOver = true;
    this.release();
  }

  /** Returns what one reader awaits after each entry: it pauses after every `count` entries. */
  pauseEvery(count: number): () => Promise<void> {
    let taken = 0;
    return async () => {
      taken += 1;
      if (taken % count === 0 && !this.#isOver) await this.#next.promise;
    };
  }
}

/** @returns the events that each reader received of each workflow, and those that were written */
async function run(sharing: Sharing, { bursts, cuts, pieceBytes, pauseAfter }: Schedule) {
  await using starting = new AsyncDisposableStack();
  const log = createMemoryEventLog({ store: new MemoryStore() });
  const server = starting.use(await startServer({ log, streamAttemptsPerMinute: 1_000_000 }));
  const proxy = starting.use(await startCuttingProxy({ target: server.url, cuts, pieceBytes }));
  const options = { url: proxy.url, retry, connectTimeoutMs: 30_000 };
  const browser = starting.use(browserOf(sharing, options));
  const testLogs = await Promise.all([0, 1, 2].map(() => TestLog.create(log, { threadId: TALK })));
  const gate = new Gate();
  const problems: string[] = [];
  const onProblem = ({ message }: { message: string }): void => void problems.push(message);
  const threads = pauseAfter.map((count) =>
    collectThread(browser.open().followThread(TALK, { onProblem }), gate.pauseEvery(count)),
  );
  const alone = testLogs.map(({ workflowId }, index) =>
    collect(
      browser.open().follow(workflowId, { onProblem }),
      gate.pauseEvery(pauseAfter[index] ?? 90),
    ),
  );
  // Closing the browser ends them.
  for (const { done } of [...threads, ...alone]) done.catch(() => {});
  const written = testLogs.map(() => ({ text: '', logs: 0 }));
  for (const { workflow, kind, count, release } of bursts) {
    const into = written[workflow];
    if (into === undefined) continue;
    if (release) gate.release();
    const events = Array.from({ length: count }, (_, index) => {
      if (kind === 'logs') {
        into.logs += 1;
        return makeEvent('log:created', { level: 'info', message: `${index}` });
      }
      const piece = `${workflow}.${index} `;
      into.text += piece;
      return makeToken(piece);
    });
    await testLogs[workflow]?.append(...events);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(testLogs.map((testLog) => testLog.complete()));
  gate.open();
  const endsOf = (entries: readonly { message: { type: string } }[]): number =>
    entries.filter(({ message }) => message.type === 'workflow:completed').length;
  await eventually(() => {
    expect(threads.map(({ entries }) => endsOf(entries))).toEqual(
      threads.map(() => testLogs.length),
    );
    expect(alone.map(({ entries }) => endsOf(entries))).toEqual(alone.map(() => 1));
  });
  const comesTo = (entries: readonly StreamEntry[]) => ({
    text: textOf(entries),
    logs: entries.filter(({ message }) => message.type === 'log:created').length,
  });
  return {
    written,
    alone: alone.map(({ entries }) => comesTo(entries)),
    threads: threads.map(({ entries }) =>
      testLogs.map(({ workflowId }) =>
        comesTo(entries.filter((entry) => entry.workflowId === workflowId)),
      ),
    ),
    problems,
  };
}

test.each(sharingModes)(
  'F1 F7: whatever breaks, whichever reader is slow, and in whatever order the workflows of a thread run, each reader receives everything once (%s)',
  async (sharing) => {
    await assert(
      asyncProperty(schedule, async (drawn) => {
        const { written, alone, threads, problems } = await run(sharing, drawn);
        expect({ alone, threads, problems }).toEqual({
          alone: written,
          threads: threads.map(() => written),
          problems: [],
        });
      }),
      // Shrinking takes minutes and helps little.
      { numRuns: RUNS, endOnFailure: true },
    );
  },
);
