import { type EventLog } from '@runtape/event-log';
import { parseEventId } from '@runtape/events';
import { TestLog } from '@runtape/testing';
import { array, assert, asyncProperty, constantFrom, nat, oneof, record } from 'fast-check';
import { expect, test } from 'vitest';
import { listen, startApi } from './start-api.ts';
import {
  type EventReader,
  type Got,
  openReader,
  type ReadingBy,
  ThreadReader,
} from './thread-reader.ts';
import { takeTurns, TurningFanOut, Turns } from './turns.ts';

const THREAD = 'thread-1';

/** An empty store, and logs on it as two processes would have them. */
export interface TwoLogs extends AsyncDisposable {
  readonly logs: readonly [EventLog, EventLog];
}

/** What may happen to a thread. Numbers choose among what is there by then. */
type Step =
  | { readonly kind: 'start' | 'end'; readonly which: number }
  | { readonly kind: 'append'; readonly which: number; readonly count: number }
  /** The client reads so many frames, if there are so many. */
  | { readonly kind: 'read'; readonly count: number }
  /** Its connection breaks, and it comes back to some server, in some way. */
  | { readonly kind: 'break'; readonly server: number; readonly by: ReadingBy };

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
        by: constantFrom<ReadingBy>('stream', 'shared', 'pages'),
      }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

/** For each step of the way of an event, how many turns of the event loop it takes. */
const turnsOfSteps = array(nat(3), { minLength: 1, maxLength: 40 });

interface Running {
  readonly testLog: TestLog;
  isOver: boolean;
}

/** A client that checks, as it reads, that of each workflow it gets the next event and no other. */
class Client {
  readonly #apis: readonly { fetch: (request: Request) => Promise<Response> }[];
  readonly #last = new Map<string, number>();
  #cursor = '';
  #reader: EventReader | null = null;

  constructor(apis: readonly { fetch: (request: Request) => Promise<Response> }[]) {
    this.#apis = apis;
  }

  async connect(server: number, by: ReadingBy): Promise<void> {
    await this.#reader?.leave();
    const api = this.#apis[server];
    if (api === undefined) throw new TypeError('There is no such server.');
    this.#reader = await openReader(by, api, THREAD, { lastEventId: this.#cursor });
  }

  /** How many events it has of a workflow; merged ones count as what they stand for. */
  seqOf(workflowId: string): number {
    return this.#last.get(workflowId) ?? 0;
  }

  /** Reads on until it has what is asked for. */
  async readUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      const got = await this.#reader?.next();
      if (got === undefined) throw new Error('It is not connected.');
      this.#take(got);
    }
  }

  async leave(): Promise<void> {
    await this.#reader?.leave();
  }

  #take({ workflowId, id, type, cursor }: Got): void {
    const seq = parseEventId(id)?.seq ?? 0;
    const last = this.seqOf(workflowId);
    // Statuses are never merged, and the fixtures write nothing else but an end.
    if (seq !== last + 1) throw new Error(`${workflowId}: ${type} ${seq} came after ${last}.`);
    if (!/^[\x21-\x7e]{1,4000}$/.test(cursor)) throw new Error(`A bad cursor: ${cursor}`);
    this.#last.set(workflowId, seq);
    this.#cursor = cursor;
  }
}

/** Runs one course of events to its end, and checks that the client has all of it. */
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
    // It has everything, so the ends reach it live.
    for (const { testLog, isOver } of all) if (!isOver) await testLog.complete();
    await client.readUntil(() => missing() === 0);
    // Whatever came too much would come before this.
    await client.connect(1, 'shared');
    const last = await TestLog.create(logs[0], { threadId: THREAD });
    await last.status('the last');
    await client.readUntil(() => client.seqOf(last.workflowId) === 1);
    expect(missing()).toBe(0);
  } finally {
    await client.leave();
  }
}

/** Declares what holds for threads on every store. */
export function testThreads(name: string, open: () => Promise<TwoLogs>, runs: number): void {
  test(`C4 F1: ${name}: whatever is started, appended and broken in whatever order, a client of two servers that streams, shares a stream or polls gets each event once, in order`, async () => {
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

  test(`C4 F1: ${name}: the same, however many turns of the event loop each step of the way takes`, async () => {
    await assert(
      asyncProperty(steps, turnsOfSteps, async (course, drawn) => {
        await using store = await open();
        const turns = new Turns(drawn);
        const [first, second] = store.logs;
        for (const log of store.logs) takeTurns(log, turns);
        const one = { log: first, fanOut: new TurningFanOut(first, turns) };
        const two = { log: second, fanOut: new TurningFanOut(second, turns) };
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

  test(`C4: ${name}: two servers, over real HTTP: what is started and written through one arrives from the other`, async () => {
    await using store = await open();
    await using here = startApi({ log: store.logs[0] });
    await using there = startApi({ log: store.logs[1] });
    await using server = await listen(here.api);
    const { url: origin } = server;
    await using reader = await ThreadReader.open({ fetch }, THREAD, { origin });
    const first = await TestLog.create(store.logs[1], { threadId: THREAD });
    await first.status('1');
    const got = [await reader.next()];
    const second = await TestLog.create(store.logs[1], { threadId: THREAD });
    await second.status('1');
    got.push(await reader.next());
    await first.complete();
    got.push(await reader.next());
    expect(got.map(({ workflowId, id }) => [workflowId, id])).toEqual([
      [first.workflowId, first.idOf(1)],
      [second.workflowId, second.idOf(1)],
      [first.workflowId, first.idOf(2)],
    ]);
    await reader.leave();
    await second.status('2');
    await using other = await listen(there.api);
    const lastEventId = got[2]?.cursor ?? '';
    await using again = await ThreadReader.open({ fetch }, THREAD, {
      origin: other.url,
      lastEventId,
    });
    expect(await again.next()).toMatchObject({ id: second.idOf(2) });
  });
}
