import { formatEventId, type WorkflowId } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEventLogError } from '../errors.ts';
import type { EventLog } from '../port/event-log.ts';
import type { WorkflowRecord } from '../port/read.ts';
import { newIncarnation } from '../incarnation.ts';
import { MANY_CASES_MS } from './wait-limits.ts';
import { readAll } from './harness.ts';
import { contentOf, newWorkflow, token } from './example-events.ts';
import type { LossyStore, OpenLossyStore } from './conformance-store.ts';

const RUNS = 12;
const LONG = 60_000;
/** A lease that expires immediately, in ms. */
const EXPIRED = 0;
const WORKERS = 2;
const MAX_TRIES = 4;

/** Every event that was ever reported, by its id, including lost ones. */
class SeenEvents {
  /** Ids that were used for two events. */
  readonly contradictions: string[] = [];
  readonly #texts = new Map<string, string>();

  record(id: string, text: string): void {
    const before = this.#texts.get(id) ?? text;
    if (before !== text) this.contradictions.push(`${id} was ${before} and is ${text}`);
    this.#texts.set(id, text);
  }
}

const worker = fc.nat(WORKERS - 1);
const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), worker }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('begin' as const),
      worker,
      leaseMs: fc.constantFrom(LONG, EXPIRED, EXPIRED, EXPIRED),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew' as const), worker }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), worker }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mark' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const) }) },
);
const moves = fc.array(move, { minLength: 5, maxLength: 30 });

type Move = typeof move extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** A writer that outlives its store, and writes lost events again. */
class Survivor {
  readonly #workflowId: WorkflowId;
  readonly #seen: SeenEvents;
  readonly #attempt: number;
  #incarnation: string;
  /** The tail of the log when it began. */
  readonly #base: number;
  readonly #texts: string[] = [];

  private constructor(
    { workflowId, attempt, incarnation, tail }: WorkflowRecord,
    seen: SeenEvents,
  ) {
    this.#workflowId = workflowId;
    this.#seen = seen;
    this.#attempt = attempt;
    this.#incarnation = incarnation;
    this.#base = tail;
  }

  static async begin(log: EventLog, workflowId: WorkflowId, leaseMs: number, seen: SeenEvents) {
    const { record } = await log.begin(workflowId, { leaseMs });
    return new Survivor(record, seen);
  }

  async append(log: EventLog, text: string): Promise<void> {
    this.#texts.push(text);
    await this.#insist(log, (from) => this.#write(log, from ?? this.#texts.length - 1));
  }

  async renew(log: EventLog): Promise<void> {
    await this.#insist(log, async (from) => {
      if (from !== null) await this.#write(log, from);
      const tail = this.#base + this.#texts.length;
      await log.renew(this.#workflowId, { ...this.#name, leaseMs: LONG, tail });
    });
  }

  async release(log: EventLog): Promise<void> {
    await log.release(this.#workflowId, this.#name);
  }

  get #name() {
    return { attempt: this.#attempt, incarnation: this.#incarnation };
  }

  async #write(log: EventLog, from: number): Promise<void> {
    for (const [offset, text] of this.#texts.slice(from).entries()) {
      const after = this.#base + from + offset;
      await log.append(this.#workflowId, { ...this.#name, after, events: [token(text)] });
      this.#seen.record(formatEventId({ incarnation: this.#incarnation, seq: after + 1 }), text);
    }
  }

  /**
   * Performs an action, and resolves rejections by the log.
   * @param act receives the index of the first of its texts that the log lacks.
   */
  async #insist(log: EventLog, act: (from: number | null) => Promise<void>): Promise<void> {
    let from: number | null = null;
    for (let tries = 0; ; tries += 1) {
      try {
        await act(from);
        return;
      } catch (error) {
        if (tries === MAX_TRIES) throw error;
        if (isEventLogError(error, 'attempt_in_doubt'))
          await this.#continueUnderNewIncarnation(log);
        else if (isEventLogError(error, 'seq_conflict')) from = this.#lackedFrom(error.tail ?? -1);
        else throw error;
      }
    }
  }

  /**
   * No other writer appends while it holds the log, so the log cannot have more than it wrote, nor
   * less than it began with.
   */
  #lackedFrom(tail: number): number {
    const from = tail - this.#base;
    if (from >= 0 && from < this.#texts.length) return from;
    throw new RangeError(`The log ends at ${tail}, where this attempt did not write.`);
  }

  async #continueUnderNewIncarnation(log: EventLog): Promise<void> {
    const renamed = newIncarnation(Math.random);
    await log.renew(this.#workflowId, { ...this.#name, leaseMs: LONG, newIncarnation: renamed });
    this.#incarnation = renamed;
  }
}

/** A workflow, its workers, and a store that occasionally reverts to an earlier state. */
class World {
  readonly seen = new SeenEvents();
  readonly #store: LossyStore;
  readonly #workflowId: WorkflowId;
  readonly #survivors = new Map<number, Survivor>();
  #log: EventLog;
  #lose: () => Promise<EventLog>;

  private constructor(store: LossyStore, workflowId: WorkflowId, lose: () => Promise<EventLog>) {
    this.#store = store;
    this.#workflowId = workflowId;
    this.#log = store.log;
    this.#lose = lose;
  }

  static async on(store: LossyStore): Promise<World> {
    const { record } = await store.log.create(newWorkflow());
    return new World(store, record.workflowId, await store.mark());
  }

  async make(made: Move, index: number): Promise<void> {
    if (made.kind === 'mark') this.#lose = await this.#store.mark();
    else if (made.kind === 'lose') this.#log = await this.#lose();
    else await this.#act(made, index).catch((error: unknown) => this.#giveUp(made, error));
    for (const { id, event } of await readAll(this.#log, this.#workflowId)) {
      this.seen.record(id, contentOf(event));
    }
  }

  async #act(made: Exclude<Move, { kind: 'mark' | 'lose' }>, index: number): Promise<void> {
    const survivor = this.#survivors.get(made.worker);
    if (made.kind === 'begin') {
      const { leaseMs } = made;
      const begun = await Survivor.begin(this.#log, this.#workflowId, leaseMs, this.seen);
      this.#survivors.set(made.worker, begun);
    } else if (made.kind === 'append') {
      await survivor?.append(this.#log, `${made.worker} ${index}`);
    } else {
      await survivor?.[made.kind](this.#log);
      // A worker that released the workflow writes nothing more.
      if (made.kind === 'release') this.#survivors.delete(made.worker);
    }
  }

  /** An overtaken attempt stops; a begin that finds a live attempt changes nothing. */
  #giveUp({ worker: who }: { readonly worker: number }, error: unknown): void {
    if (isEventLogError(error, 'attempt_overtaken')) this.#survivors.delete(who);
    else if (!isEventLogError(error, 'attempt_alive')) throw error;
  }
}

export function testEventIdUniqueness(open: OpenLossyStore, numRuns = RUNS): void {
  test(
    'F1, F2: whatever is written or lost, an id names the same event forever',
    { timeout: MANY_CASES_MS },
    async () => {
      const property = fc.asyncProperty(moves, async (made) => {
        await using store = await open();
        const world = await World.on(store);
        for (const [index, each] of made.entries()) await world.make(each, index);
        expect(world.seen.contradictions).toEqual([]);
      });
      await fc.assert(property, { numRuns });
    },
  );
}
