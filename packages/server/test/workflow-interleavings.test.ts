import { createMemoryEventLog } from '@runtape/event-log/memory';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { EventLog } from '@runtape/event-log';
import { parseEventId } from '@runtape/events';
import { TestLog } from '@runtape/testing';
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constantFrom,
  nat,
  oneof,
  record,
} from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { post } from './requests.ts';
import { readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';
import { delayLog, DelayedFanOut, Delays } from './delays.ts';

type ReadMode = 'stream' | 'shared' | 'pages';
type Fetch = (request: Request) => Promise<Response>;

/** A step in the course of two workflows and their clients. */
type Step =
  | { readonly kind: 'append' | 'read'; readonly which: number; readonly count: number }
  | { readonly kind: 'break'; readonly which: number; readonly by: ReadMode };

const steps = array(
  oneof<Arbitrary<Step>[]>(
    record({ kind: constantFrom('append' as const), which: nat(1), count: nat(3) }),
    record({ kind: constantFrom('read' as const), which: nat(2), count: nat(5) }),
    record({
      kind: constantFrom('break' as const),
      which: nat(2),
      by: constantFrom<ReadMode>('stream', 'shared', 'pages'),
    }),
  ),
  { minLength: 5, maxLength: 40 },
);
const delayCounts = array(nat(3), { minLength: 1, maxLength: 40 });

const messageSchema = z.looseObject({ id: z.string(), workflowId: z.string() });
const pageSchema = z.object({ events: z.array(z.looseObject({ id: z.string() })) });

/** Reads two workflows, and checks that each event is the next one of its workflow. */
class Client {
  readonly #fetch: Fetch;
  readonly #testLogs: readonly TestLog[];
  readonly #last = new Map<string, number>();
  #ids: AsyncGenerator<{ workflowId: string; id: string }, void> | null = null;
  #disconnect = new AbortController();

  constructor(fetch: Fetch, testLogs: readonly TestLog[]) {
    this.#fetch = fetch;
    this.#testLogs = testLogs;
  }

  get missing(): number {
    return this.#testLogs.reduce((sum, testLog) => sum + testLog.tail - this.#seqOf(testLog), 0);
  }

  async connect(by: ReadMode): Promise<void> {
    await this.leave();
    this.#disconnect = new AbortController();
    this.#ids = by === 'shared' ? this.#shared() : this.#each(by);
  }

  /** Reads `count` events, or fewer if there are not as many. */
  async read(count: number): Promise<void> {
    const wanted = this.missing - Math.min(count, this.missing);
    while (this.missing > wanted) {
      const { value } = (await this.#ids?.next()) ?? {};
      if (value === undefined) throw new Error('The stream has ended.');
      const { workflowId, id } = value;
      const last = this.#last.get(workflowId) ?? 0;
      const seq = parseEventId(id)?.seq;
      if (seq !== last + 1) throw new Error(`${workflowId}: ${seq} came after ${last}.`);
      this.#last.set(workflowId, seq);
    }
  }

  async leave(): Promise<void> {
    this.#disconnect.abort();
    await this.#ids?.return().catch(() => {});
  }

  #seqOf({ workflowId }: TestLog): number {
    return this.#last.get(workflowId) ?? 0;
  }

  #after(testLog: TestLog): string | null {
    const seq = this.#seqOf(testLog);
    return seq === 0 ? null : testLog.idOf(seq);
  }

  async *#shared() {
    const streams = this.#testLogs.map((testLog) => ({
      workflowId: testLog.workflowId,
      after: this.#after(testLog),
    }));
    const request = new Request(post('/api/events', { streams }), {
      signal: this.#disconnect.signal,
    });
    for await (const { event, data } of readFrames(await this.#fetch(request))) {
      if (event === 'message') yield messageSchema.parse(JSON.parse(data ?? ''));
    }
  }

  /** Reads the missing events of one workflow after the other. */
  async *#each(by: 'stream' | 'pages') {
    for (;;) {
      for (const testLog of this.#testLogs) {
        if (this.#seqOf(testLog) === testLog.tail) continue;
        yield* by === 'stream' ? this.#stream(testLog) : this.#page(testLog);
      }
    }
  }

  async *#stream(testLog: TestLog) {
    const { workflowId } = testLog;
    const disconnect = new AbortController();
    const signal = AbortSignal.any([disconnect.signal, this.#disconnect.signal]);
    const url = `http://127.0.0.1/api/workflows/${workflowId}/events?lastEventId=${this.#after(testLog) ?? ''}`;
    for await (const { id } of readFrames(await this.#fetch(new Request(url, { signal })))) {
      if (id === undefined) continue;
      yield { workflowId, id };
      if (this.#seqOf(testLog) === testLog.tail) break;
    }
    disconnect.abort();
  }

  async *#page(testLog: TestLog) {
    const { workflowId } = testLog;
    const query = `limit=3&wait=10&after=${this.#after(testLog) ?? ''}`;
    const url = `http://127.0.0.1/api/workflows/${workflowId}/events?${query}`;
    const headers = { accept: 'application/json' };
    const answer = await this.#fetch(
      new Request(url, { headers, signal: this.#disconnect.signal }),
    );
    for (const { id } of pageSchema.parse(await answer.json()).events) yield { workflowId, id };
  }
}

async function openMemory() {
  return { log: createMemoryEventLog(), end: async () => {} };
}

async function openSqlite() {
  const folder = await mkdtemp(join(tmpdir(), 'runtape-turns-'));
  const log = await openSqliteEventLog({ file: join(folder, 'runtape.db'), pollMs: 2 });
  const end = async (): Promise<void> => {
    await log.close();
    await rm(folder, { recursive: true });
  };
  return { log, end };
}

async function run(
  log: EventLog,
  course: readonly Step[],
  counts: readonly number[],
): Promise<void> {
  const delays = new Delays(counts);
  delayLog(log, delays);
  const fanOut = new DelayedFanOut(log, delays);
  await using started = startApi({ log, fanOut });
  const testLogs = [await TestLog.create(log), await TestLog.create(log)];
  const clients = [1, 2, 3].map(() => new Client(started.api.fetch, testLogs));
  try {
    for (const client of clients) await client.connect('shared');
    for (const step of course) {
      switch (step.kind) {
        case 'append':
          for (let index = 0; index <= step.count; index += 1) {
            await testLogs[step.which]?.status(`${index}`);
          }
          break;
        case 'read':
          await clients[step.which]?.read(step.count);
          break;
        case 'break':
          await clients[step.which]?.connect(step.by);
          break;
      }
    }
    for (const client of clients) await client.read(client.missing);
    for (const testLog of testLogs) await testLog.complete();
    for (const client of clients) await client.read(client.missing);
    expect(started.errors).toEqual([]);
  } finally {
    for (const client of clients) await client.leave();
    await fanOut.close();
  }
}

test.for([
  ['memory', openMemory, 50],
  ['SQLite', openSqlite, 25],
] as const)(
  'A3 F1: %s: with any delays between the steps by which an event travels, a client that streams, shares a stream or polls gets each event of a workflow once, in order',
  async ([, open, runs]) => {
    await assert(
      asyncProperty(steps, delayCounts, async (course, counts) => {
        const { log, end } = await open();
        try {
          await run(log, course, counts);
        } finally {
          await end();
        }
      }),
      { numRuns: runs },
    );
  },
);
