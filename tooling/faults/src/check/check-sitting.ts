import { canonicalJson, jsonSchema } from '@runtape/event-log';
import { parseEventId, resetSchema } from '@runtape/events';
import { initialState, reduce } from '@runtape/workflow-state';
import type { FinalLog, Frame, Sitting } from '../records.ts';
import { fieldOf, stretchOf } from './stretch-of.ts';
import type { Violation, ViolationKind } from './violation.ts';

/** A finding about one sitting; who and where is added by the caller. */
export type Finding = Pick<Violation, 'kind' | 'events' | 'detail'>;

export interface SittingResult {
  readonly findings: readonly Finding[];
  /** Seq of the last event the witness had, 0 when none; as far as it is of this log. */
  readonly position: number;
  /** How many events of the log it was given, each part of a merged one counted. */
  readonly deliveries: number;
}

/** Compares what was seen in one sitting with the final log: after the cursor, gap-free, each once, in order, unaltered. */
export function checkSitting(log: FinalLog, sitting: Sitting): SittingResult {
  const check = new SittingCheck(log, sitting.after);
  for (const frame of sitting.frames) check.see(frame);
  check.end(sitting.end);
  return check;
}

class SittingCheck implements SittingResult {
  readonly findings: Finding[] = [];
  deliveries = 0;
  position: number;
  readonly #log: FinalLog;
  readonly #incarnation: string | undefined;
  /** Passed over so far. */
  readonly #missing = new Set<number>();
  /** Whether the cursor belongs to the log at all. */
  #fits: boolean;

  constructor(log: FinalLog, after: string | null) {
    this.#log = log;
    this.#incarnation = parseEventId(log.entries[0]?.id ?? '')?.incarnation;
    const seq = after === null ? 0 : this.#seqOf(after);
    this.#fits = seq !== null;
    this.position = seq ?? 0;
  }

  see(frame: Frame): void {
    if (fieldOf(frame.message, 'type') === 'reset') this.#seeReset(frame);
    else this.#seeEvent(frame);
  }

  end(end: Sitting['end']): void {
    const { length } = this.#log.entries;
    if (this.#missing.size > 0) {
      this.#find('lost', `never got ${listed(this.#missing)}`, this.#missing.size);
    }
    if (end.kind === 'finished' && this.position < length) {
      this.#find('premature_end', `was sent away at ${this.position} of ${length}`);
    }
    if (end.kind === 'refused') this.#find('refused', end.reason);
  }

  #seeEvent({ id, message }: Frame): void {
    const seq = this.#seqOf(id);
    if (seq === null || seq === 0) {
      this.#find('not_in_log', `got ${id || 'an event without an id'}`);
      return;
    }
    const stretch = stretchOf(this.#log.entries, seq, message, this.position);
    if (stretch === null) this.#find('altered', `${id} is not what the log has`);
    if (stretch?.crosses === true) {
      this.#find('merged_across_parts', `${id} joins tokens from ${stretch.first} on`);
    }
    this.#cover(stretch?.first ?? seq, seq);
  }

  #cover(first: number, last: number): void {
    const again: number[] = [];
    const late: number[] = [];
    for (let seq = first; seq <= Math.min(last, this.position); seq += 1) {
      (this.#missing.delete(seq) ? late : again).push(seq);
    }
    if (again.length > 0) this.#find('doubled', `got ${listed(again)} again`, again.length);
    if (late.length > 0) this.#find('out_of_order', `got ${listed(late)} late`, late.length);
    for (let seq = this.position + 1; seq < first; seq += 1) this.#missing.add(seq);
    this.deliveries += last - first + 1;
    this.position = Math.max(this.position, last);
  }

  /** A cursor that fits the log in the end fitted it all along, for no acknowledged entry is ever lost here. */
  #seeReset({ id, message }: Frame): void {
    const reset = resetSchema.safeParse(message);
    const seq = this.#seqOf(id);
    if (!reset.success || seq === null || reset.data.data.cursor !== id) {
      this.#find('wrong_snapshot', `the reset with id ${id} is not one of this log`);
      return;
    }
    if (this.#fits) {
      this.#find('needless_reset', `${reset.data.data.reason} at ${this.position}, to ${id}`);
    }
    if (!this.#isFoldUpTo(seq, reset.data.data.snapshot)) {
      this.#find('wrong_snapshot', `the snapshot at ${id} is not the fold of the log`);
    }
    this.#missing.clear();
    this.#fits = true;
    this.position = seq;
  }

  #isFoldUpTo(seq: number, snapshot: object): boolean {
    const { workflowId, entries } = this.#log;
    const fold = entries.slice(0, seq).reduce(reduce, initialState(workflowId));
    return seq === 0 || plainJson(fold) === plainJson(snapshot);
  }

  /** `null` for one that is not of this log, or beyond its end. */
  #seqOf(id: string): number | null {
    const parts = parseEventId(id);
    if (parts === null || parts.incarnation !== this.#incarnation) return null;
    return parts.seq <= this.#log.entries.length ? parts.seq : null;
  }

  #find(kind: ViolationKind, detail: string, events = 1): void {
    this.findings.push({ kind, detail, events });
  }
}

function plainJson(value: object): string {
  return canonicalJson(jsonSchema.parse(JSON.parse(JSON.stringify(value))));
}

const MOST_LISTED = 5;

function listed(seqs: Iterable<number>): string {
  const all = [...seqs];
  const shown = all.slice(0, MOST_LISTED).join(', ');
  return all.length > MOST_LISTED ? `${shown} and ${all.length - MOST_LISTED} more` : shown;
}
