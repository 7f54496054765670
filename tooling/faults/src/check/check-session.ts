import { canonicalJson, jsonSchema } from '@runtape/event-log';
import {
  type EventIdParts,
  parseEventId,
  resetSchema,
  type WorkflowSnapshot,
  workflowStateSchema,
} from '@runtape/events';
import { initialState, reduce } from '@runtape/workflow-state';
import type { FinalLog, Frame, ClientSession } from '../records.ts';
import { fieldOf, matchMerged } from './match-merged.ts';
import type { Allowance } from './allowances.ts';
import type { Violation, ViolationKind } from './violation.ts';

/** The messages that plain clients receive before a `workflow:state`, as parts of it. */
export const STATE_PARTS: ReadonlySet<unknown> = new Set(['agent:state', 'log:state']);

/** A finding about one session; the caller adds the client and the workflow. */
export type Finding = Pick<Violation, 'kind' | 'events' | 'detail'>;

export interface SessionResult {
  readonly findings: readonly Finding[];
  /** Seq of the client's last event in this log; 0 if there is none. */
  readonly position: number;
  /** The number of events received; each part of a merged event counts. */
  readonly deliveries: number;
}

/**
 * Compares the messages of one session with the final log: they must follow the cursor without a
 * gap, each once, in order and unaltered.
 * @param allowance the changes that the log may have had. For lost entries, the only check is that
 *    a reset follows before anything else.
 */
export function checkSession(
  log: FinalLog,
  session: ClientSession,
  allowance: Allowance = 'none',
): SessionResult {
  const check = new SessionCheck(log, session, allowance);
  for (const frame of session.frames) check.onFrame(frame);
  check.end(session.end);
  return check;
}

class SessionCheck implements SessionResult {
  readonly findings: Finding[] = [];
  deliveries = 0;
  position: number;
  readonly #log: FinalLog;
  readonly #allowance: Allowance;
  readonly #incarnation: string | undefined;
  /** The incarnation of the last message. */
  #current: string | undefined;
  /** Seq of the last message that belongs to another incarnation than the final log. */
  #foreignSeq = 0;
  /** The entries skipped so far. */
  readonly #missing = new Set<number>();
  /** Whether the cursor belongs to the log at all. */
  #fits: boolean;
  /** Nothing was received yet, and the history was requested as a state. */
  #isStateDue: boolean;

  constructor(log: FinalLog, { after, wantsState = false }: ClientSession, allowance: Allowance) {
    this.#isStateDue = wantsState && after === null;
    this.#log = log;
    this.#allowance = allowance;
    this.#incarnation = parseEventId(log.entries[0]?.id ?? '')?.incarnation;
    this.#current = parseEventId(after ?? '')?.incarnation;
    const seq = after === null ? 0 : this.#seqOf(after);
    this.#fits = seq !== null;
    this.position = seq ?? 0;
  }

  onFrame(frame: Frame): void {
    const before = this.#current;
    this.#current = parseEventId(frame.id)?.incarnation ?? before;
    const isOther = before !== undefined && this.#current !== before;
    const type = fieldOf(frame.message, 'type');
    if (this.#isStateDue && STATE_PARTS.has(type)) return;
    const isState = type === 'workflow:state';
    if (this.#isStateDue !== isState) {
      const problem = isState ? 'was not requested, but arrived as' : 'is missing before';
      this.#report('wrong_snapshot', `a workflow:state ${problem} ${frame.id}`);
    }
    this.#isStateDue = false;
    if (isState) {
      this.#checkState(frame);
      return;
    }
    if (type === 'reset') {
      this.#checkReset(frame, isOther);
      return;
    }
    if (isOther && this.#allowance !== 'none')
      this.#report('spliced', `${frame.id} came after ${before}, and no reset between`);
    if (this.#isForeign) this.#checkForeign(frame);
    else this.#checkEvent(frame);
  }

  end(end: ClientSession['end']): void {
    const { length } = this.#log.entries;
    if (this.#missing.size > 0) {
      this.#report('lost', `never received ${listed(this.#missing)}`, this.#missing.size);
    }
    // A client that received an end which was lost later was right to stop.
    if (end.kind === 'finished' && this.position < length && !this.#isForeign) {
      this.#report('premature_end', `the stream ended at ${this.position} of ${length}`);
    }
    const isGone = length === 0 && this.#allowance === 'lost';
    if (end.kind === 'refused' && !isGone) this.#report('refused', end.reason);
  }

  /**
   * The log continued differently, so what is left of it cannot show whether the messages were
   * right.
   */
  get #isForeign(): boolean {
    const isOther = this.#current !== undefined && this.#current !== this.#incarnation;
    return isOther && this.#allowance === 'lost';
  }

  #checkForeign({ id }: Frame): void {
    const { seq = 0 } = parseEventId(id) ?? {};
    if (seq <= this.#foreignSeq) this.#report('doubled', `got ${id} after ${this.#foreignSeq}`);
    this.#foreignSeq = seq;
    this.#fits = false;
  }

  #checkEvent({ id, message }: Frame): void {
    const seq = this.#seqOf(id);
    if (seq === null || seq === 0) {
      this.#report('not_in_log', `got ${id || 'an event without an id'}`);
      return;
    }
    const merged = matchMerged(this.#log.entries, seq, message, this.position);
    if (merged === null) this.#report('altered', `${id} is not what the log has`);
    if (merged?.crosses === true) {
      this.#report('merged_across_parts', `${id} joins tokens from ${merged.first} on`);
    }
    this.#cover(merged?.first ?? seq, seq);
  }

  #cover(first: number, last: number): void {
    const again: number[] = [];
    const late: number[] = [];
    for (let seq = first; seq <= Math.min(last, this.position); seq += 1) {
      (this.#missing.delete(seq) ? late : again).push(seq);
    }
    if (again.length > 0) this.#report('doubled', `received ${listed(again)} again`, again.length);
    if (late.length > 0) this.#report('out_of_order', `received ${listed(late)} late`, late.length);
    for (let seq = this.position + 1; seq < first; seq += 1) this.#missing.add(seq);
    this.deliveries += last - first + 1;
    this.position = Math.max(this.position, last);
  }

  #checkReset({ id, message }: Frame, isOther: boolean): void {
    const reset = resetSchema.safeParse(message);
    const parts = parseEventId(id);
    if (!reset.success || reset.data.data.cursor !== id || parts === null) {
      this.#report('wrong_snapshot', `the reset with id ${id} is invalid`);
      return;
    }
    const { reason, snapshot } = reset.data.data;
    const isNeeded = !this.#fits || isOther || this.#allowance === 'lost';
    if (!isNeeded) this.#report('needless_reset', `${reason} at ${this.position}, to ${id}`);
    this.#continueFrom(id, parts, snapshot);
  }

  #checkState({ id, message }: Frame): void {
    const state = workflowStateSchema.safeParse(message);
    const parts = parseEventId(id);
    if (state.success && parts !== null) this.#continueFrom(id, parts, state.data.data.snapshot);
    else this.#report('wrong_snapshot', `the workflow:state with id ${id} is invalid`);
  }

  #continueFrom(id: string, parts: EventIdParts, snapshot: WorkflowSnapshot): void {
    if (this.#isForeign) {
      this.#foreignSeq = parts.seq;
      return;
    }
    const seq = this.#seqOf(id);
    if (seq === null || !this.#isFoldUpTo(parts, snapshot)) {
      this.#report('wrong_snapshot', `the snapshot at ${id} is not the fold of the log`);
    }
    this.#missing.clear();
    this.#fits = true;
    this.position = seq ?? 0;
  }

  #isFoldUpTo({ incarnation, seq }: EventIdParts, snapshot: object): boolean {
    const { workflowId, entries } = this.#log;
    const fold = entries.slice(0, seq).reduce(reduce, initialState(workflowId));
    // A renamed log had other ids before, but the same content.
    const received = plainJson(snapshot).replaceAll(`"${incarnation}-`, `"${this.#incarnation}-`);
    return seq === 0 || plainJson(fold) === received;
  }

  /** `null` for an id of another log, or beyond the end. */
  #seqOf(id: string): number | null {
    const parts = parseEventId(id);
    const isSameLog = this.#allowance === 'renamed' || parts?.incarnation === this.#incarnation;
    if (parts === null || !isSameLog) return null;
    return parts.seq <= this.#log.entries.length ? parts.seq : null;
  }

  #report(kind: ViolationKind, detail: string, events = 1): void {
    this.findings.push({ kind, detail, events });
  }
}

function plainJson(value: object): string {
  return canonicalJson(jsonSchema.parse(JSON.parse(JSON.stringify(value))));
}

const MAX_LISTED = 5;

function listed(seqs: Iterable<number>): string {
  const all = [...seqs];
  const shown = all.slice(0, MAX_LISTED).join(', ');
  return all.length > MAX_LISTED ? `${shown} and ${all.length - MAX_LISTED} more` : shown;
}
