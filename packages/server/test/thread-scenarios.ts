import { type EventLog } from '@runtape/event-log';
import { parseEventId } from '@runtape/events';
import { TestLog } from '@runtape/testing';
import { array, assert, asyncProperty, constantFrom, nat, oneof, record } from 'fast-check';
import { expect, test } from 'vitest';
import { listen, startApi } from './start-api.ts';
import {
  type EventReader,
  type ReceivedEvent,
  openReader,
  type ReadMode,
  ThreadReader,
} from './thread-reader.ts';
import { delayLog, DelayedFanOut, Delays } from './delays.ts';

const THREAD = 'thread-1';

/** An empty store with two logs on it, one for each of two processes. */
export interface TwoLogs extends AsyncDisposable {
  readonly logs: readonly [EventLog, EventLog];
}

/** A step in the course of a thread. `which` chooses among the workflows that exist by then. */
type Step =
  | { readonly kind: 'start' | 'end'; readonly which: number }
  | { readonly kind: 'append'; readonly which: number; readonly count: number }
  /** The client reads `count` events, or fewer if there are not as many. */
  | { readonly kind: 'read'; readonly count: number }
  /** The connection breaks, and the client reconnects to a server in a read mode. */
  | { readonly kind: 'break'; readonly server: number; readonly by: ReadMode };

const steps = array(
  oneof(
    { weight: 2, arbitrary: record({ kind: constantFrom('start' as const), which: nat(1) }) },
    { weight: 1, arbitrary: record({ kind: constantFrom('end' as const), which: nat(20) }) },
    {
      weight: 5,
      arbitrary: record({ kind: constantFrom('append' as const), which: nat(20), count: nat(3) }),
    },
    { weight: 4, arbitrary: record({ kind: constantFrom('read' as const), count: nat(6) }) },
    {
      weight: 3,
      arbitrary: record({
        kind: constantFrom('break' as const),
        server: nat(1),
        by: constantFrom<ReadMode>('stream', 'shared', 'pages'),
      }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

/** Delays of the steps by which an event travels, in turns of the event loop. */
const delayCounts = array(nat(3), { minLength: 1, maxLength: 40 });

interface Running {
  readonly testLog: TestLog;
  isOver: boolean;
}

/** A client that checks that each event is the next one of its workflow. */
class Client {
  readonly #apis: readonly { fetch: (request: Request) => Promise<Response> }[];
  readonly #last = new Map<string, number>();
  #cursor = '';
  #reader: EventReader | null = null;

  constructor(apis: readonly { fetch: (request: Request) => Promise<Response> }[]) {
    this.#apis = apis;
  }

  async connect(server: number, by: ReadMode): Promise<void> {
    await this.#reader?.leave();
    const api = this.#apis[server];
    if (api === undefined) throw new TypeError('There is no such server.');
    this.#reader = await openReader(by, api, THREAD, { lastEventId: this.#cursor });
  }

  /** The number of received events of a workflow; a merged event counts as several. */
  seqOf(workflowId: string): number {
    return this.#last.get(workflowId) ?? 0;
  }

  async readUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      const received = await this.#reader?.next();
      if (received === undefined) throw new Error('It is not connected.');
      this.#take(received);
    }
  }

  async leave(): Promise<void> {
    await this.#reader?.leave();
  }

  #take({ workflowId, id, type, cursor }: ReceivedEvent): void {
    const seq = parseEventId(id)?.seq ?? 0;
    const last = this.seqOf(workflowId);
    // The workflows have only statuses and an end, which are never merged.
    if (seq !== last + 1) throw new Error(`${workflowId}: ${type} ${seq} came after ${last}.`);
    if (!/^[\x21-\x7e]{1,4000}$/.test(cursor)) throw new Error(`A bad cursor: ${cursor}`);
    this.#last.set(workflowId, seq);
    this.#cursor = cursor;
  }
}

/** Runs one course of steps, and checks that the client received every event. */
async function run(
  { logs }: TwoLogs,
  apis: ConstructorParameters<typeof Client>[0],
  course: readonly Step[],
): Promise<void> {
  const client = new Client(apis);
  const all: Running[] = [];
  const pick = (which: number) => {
    const going = all.filter(({ isOver }) => !isOver);
    return going[which % Math.max(1, going.length)];
  };
  const missing = () =>
    all.reduce((sum, { testLog }) => sum + testLog.tail - client.seqOf(testLog.workflowId), 0);
  try {
    await client.connect(0, 'stream');
    for (const step of course) {
      switch (step.kind) {
        case 'start': {
          const testLog = await TestLog.create(logs[step.which % 2 === 0 ? 0 : 1], {
            threadId: THREAD,
          });
          all.push({ testLog, isOver: false });
          break;
        }
        case 'append':
          for (let index = 0; index <= step.count; index += 1) {
            await pick(step.which)?.testLog.status(`${index}`);
          }
          break;
        case 'end': {
          const ending = pick(step.which);
          if (ending === undefined) break;
          ending.isOver = true;
          await ending.testLog.complete();
          break;
        }
        case 'read': {
          const most = missing();
          const wanted = most - Math.min(step.count, most);
          await client.readUntil(() => missing() <= wanted);
          break;
        }
        case 'break':
          await client.connect(step.server, step.by);
          break;
      }
    }
    await client.readUntil(() => missing() === 0);
    // The client has everything, so the ends reach it live.
    for (const { testLog, isOver } of all) if (!isOver) await testLog.complete();
    await client.readUntil(() => missing() === 0);
    // An extra event would arrive before this one.
    await client.connect(1, 'shared');
    const last = await TestLog.create(logs[0], { threadId: THREAD });
    await last.status('the last');
    await client.readUntil(() => client.seqOf(last.workflowId) === 1);
    expect(missing()).toBe(0);
  } finally {
    await client.leave();
  }
}

/** Declares the tests of threads that every store must pass. */
export function testThreads(name: string, open: () => Promise<TwoLogs>, runs: number): void {
  test(`C4 F1: ${name}: in any order of starts, appends and broken connections, a client of two servers that streams, shares a stream or polls gets each event once, in order`, async () => {
    await assert(
      asyncProperty(steps, async (course) => {
        await using store = await open();
        await using here = startApi({ log: store.logs[0] });
        await using there = startApi({ log: store.logs[1] });
        await run(store, [here.api, there.api], course);
        expect([...here.errors, ...there.errors]).toEqual([]);
      }),
      { numRuns: runs },
    );
  });

  test(`C4 F1: ${name}: the same, with any delays between the steps by which an event travels`, async () => {
    await assert(
      asyncProperty(steps, delayCounts, async (course, counts) => {
        await using store = await open();
        const delays = new Delays(counts);
        const [first, second] = store.logs;
        for (const log of store.logs) delayLog(log, delays);
        const one = { log: first, fanOut: new DelayedFanOut(first, delays) };
        const two = { log: second, fanOut: new DelayedFanOut(second, delays) };
        await using here = startApi(one);
        await using there = startApi(two);
        await run(store, [here.api, there.api], course);
        expect([...here.errors, ...there.errors]).toEqual([]);
        await one.fanOut.close();
        await two.fanOut.close();
      }),
      { numRuns: runs },
    );
  });

  test(`C4: ${name}: two servers, over real HTTP: workflows that run on one are read from the other`, async () => {
    await using store = await open();
    await using here = startApi({ log: store.logs[0] });
    await using there = startApi({ log: store.logs[1] });
    await using server = await listen(here.api);
    const { url: origin } = server;
    await using reader = await ThreadReader.open({ fetch }, THREAD, { origin });
    const first = await TestLog.create(store.logs[1], { threadId: THREAD });
    await first.status('1');
    const received = [await reader.next()];
    const second = await TestLog.create(store.logs[1], { threadId: THREAD });
    await second.status('1');
    received.push(await reader.next());
    await first.complete();
    received.push(await reader.next());
    expect(received.map(({ workflowId, id }) => [workflowId, id])).toEqual([
      [first.workflowId, first.idOf(1)],
      [second.workflowId, second.idOf(1)],
      [first.workflowId, first.idOf(2)],
    ]);
    await reader.leave();
    await second.status('2');
    await using other = await listen(there.api);
    const lastEventId = received[2]?.cursor ?? '';
    await using again = await ThreadReader.open({ fetch }, THREAD, {
      origin: other.url,
      lastEventId,
    });
    expect(await again.next()).toMatchObject({ id: second.idOf(2) });
  });
}
