import { formatEventId, type WorkflowId } from '@runtape/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEventLogError } from '../errors.ts';
import type { EventLog, WorkflowRecord } from '../event-log.ts';
import { newIncarnation } from '../incarnation.ts';
import { readAll } from './run.ts';
import { newWorkflow, said, token } from './samples.ts';
import type { OpenLosingStore } from './store.ts';

const RUNS = 12;
const TIMEOUT_MS = 90_000;
const LONG = 60_000;
/** Over before anybody can ask. */
const OVER = 0;
const WORKERS = 3;
const MOST_TRIES = 4;

/** Every event that anybody was ever told of, by its id: also what was lost since. */
type Told = Map<string, string>;

const worker = fc.nat(WORKERS - 1);
const moves = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('say' as const), worker }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('begin' as const),
        worker,
        leaseMs: fc.constantFrom(LONG, OVER, OVER),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew' as const), worker }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), worker }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('mark' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const) }) },
  ),
  { minLength: 5, maxLength: 30 },
);

/** A writer that outlives its store, and writes again what is lost. */
class Survivor {
  readonly #workflowId: WorkflowId;
  readonly #told: Told;
  readonly #attempt: number;
  #incarnation: string;
  /** Where the log ended when it began. */
  readonly #base: number;
  readonly #texts: string[] = [];

  private constructor({ workflowId, attempt, incarnation, tail }: WorkflowRecord, told: Told) {
    this.#workflowId = workflowId;
    this.#told = told;
    this.#attempt = attempt;
    this.#incarnation = incarnation;
    this.#base = tail;
  }

  static async begin(log: EventLog, workflowId: WorkflowId, leaseMs: number, told: Told) {
    const { record } = await log.begin(workflowId, { leaseMs });
    return new Survivor(record, told);
  }

  async say(log: EventLog, text: string): Promise<void> {
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
      tell(this.#told, formatEventId({ incarnation: this.#incarnation, seq: after + 1 }), text);
    }
  }

  /** Does something, and puts right what the log complains of. @param act is told from which of its texts on the log lacks them. */
  async #insist(log: EventLog, act: (from: number | null) => Promise<void>): Promise<void> {
    let from: number | null = null;
    for (let tries = 0; ; tries += 1) {
      try {
        await act(from);
        return;
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        if (isEventLogError(error, 'attempt_in_doubt')) await this.#goOnAnew(log);
        else if (isEventLogError(error, 'seq_conflict')) from = this.#lackedFrom(error.tail ?? -1);
        else throw error;
      }
    }
  }

  /** Nobody else writes while it holds the log, so the log can have no more than it wrote, and no less than it began with. */
  #lackedFrom(tail: number): number {
    const from = tail - this.#base;
    expect(from).toBeGreaterThanOrEqual(0);
    expect(from).toBeLessThan(this.#texts.length);
    return from;
  }

  async #goOnAnew(log: EventLog): Promise<void> {
    const anew = newIncarnation(Math.random);
    await log.renew(this.#workflowId, { ...this.#name, leaseMs: LONG, anew });
    this.#incarnation = anew;
  }
}

function tell(told: Told, id: string, text: string): void {
  expect(told.get(id) ?? text, id).toBe(text);
  told.set(id, text);
}

/** What the laws allow the log to say no with. */
function isRefusal(error: unknown): boolean {
  return isEventLogError(error, 'attempt_alive', 'attempt_overtaken');
}

export function testNamesForEver(open: OpenLosingStore, numRuns = RUNS): void {
  test(
    'F1, F2: whoever writes, and whatever is lost: an id names one event for ever',
    { timeout: TIMEOUT_MS },
    async () => {
      const property = fc.asyncProperty(moves, async (made) => {
        await using store = await open();
        const { workflowId } = (await store.log.create(newWorkflow())).record;
        const told: Told = new Map();
        const survivors = new Map<number, Survivor>();
        let { log } = store;
        let lose = await store.mark();
        for (const [index, move] of made.entries()) {
          if (move.kind === 'mark') lose = await store.mark();
          else if (move.kind === 'lose') log = await lose();
          else {
            const survivor = survivors.get(move.worker);
            const doing =
              move.kind === 'begin'
                ? Survivor.begin(log, workflowId, move.leaseMs, told)
                : move.kind === 'say'
                  ? survivor?.say(log, `${move.worker} ${index}`)
                  : survivor?.[move.kind](log);
            try {
              const begun = await doing;
              if (begun instanceof Survivor) survivors.set(move.worker, begun);
              // Who let go writes nothing more.
              if (move.kind === 'release') survivors.delete(move.worker);
            } catch (error) {
              if (!isRefusal(error)) throw error;
              if (move.kind !== 'begin') survivors.delete(move.worker);
            }
          }
          for (const { id, event } of await readAll(log, workflowId)) tell(told, id, said(event));
        }
      });
      await fc.assert(property, { numRuns });
    },
  );
}
