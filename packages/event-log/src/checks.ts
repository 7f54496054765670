import { hasEnded, type WorkflowStatus } from '@runtape/events';
import {
  attemptAlive,
  attemptInDoubt,
  attemptOvertaken,
  seqConflict,
  workflowClosed,
} from './errors.ts';
import type { AttemptName, Renewal } from './port/attempts.ts';

/** The state that an append, a renewal or a new attempt is checked against. */
export interface WriterState {
  readonly workflowId: string;
  readonly status: WorkflowStatus;
  readonly incarnation: string;
  readonly attempt: number;
  /** In ms since 1970, for error messages. */
  readonly leaseUntil: number | null;
  /** Whether the lease of the attempt runs, by the store's clock. */
  readonly isAlive: boolean;
  /** Whether an attempt has held the log in this epoch of the store. */
  readonly isSameEpoch: boolean;
  readonly tail: number;
}

/** @throws EventLogError `workflow_closed` after the end. */
export function checkNotEnded({
  workflowId,
  status,
}: Pick<WriterState, 'workflowId' | 'status'>): void {
  if (hasEnded(status)) throw workflowClosed(workflowId);
}

/** @throws EventLogError `workflow_closed`, `attempt_overtaken`. */
export function checkHolder(state: WriterState, { attempt, incarnation }: AttemptName): void {
  checkNotEnded(state);
  const isSameIncarnation = incarnation === undefined || incarnation === state.incarnation;
  if (attempt < 1 || attempt !== state.attempt || !isSameIncarnation) {
    throw attemptOvertaken(state.workflowId, attempt);
  }
}

/**
 * @throws EventLogError `workflow_closed`, `attempt_overtaken`, `attempt_in_doubt`, `seq_conflict`,
 *   in this order.
 */
export function checkAppend(
  state: WriterState,
  { attempt, incarnation, after }: AttemptName & { readonly after: number },
): void {
  checkHolder(state, { attempt, incarnation });
  if (isInDoubt(state)) throw attemptInDoubt(state.workflowId, attempt);
  if (after !== state.tail) throw seqConflict(state.workflowId, after, state.tail);
}

/**
 * @throws EventLogError `workflow_closed`, `attempt_overtaken`, `attempt_in_doubt`, `seq_conflict`,
 *   in this order.
 */
export function checkRenewal(state: WriterState, renewal: Renewal): void {
  const { attempt, newIncarnation, tail = 0 } = renewal;
  checkHolder(state, renewal);
  if (newIncarnation === undefined && isInDoubt(state))
    throw attemptInDoubt(state.workflowId, attempt);
  if (state.tail < tail) throw seqConflict(state.workflowId, tail, state.tail);
}

/** @throws EventLogError `workflow_closed`, `attempt_alive`. */
export function checkBegin(state: WriterState): void {
  checkNotEnded(state);
  const { workflowId, leaseUntil, isAlive } = state;
  if (isAlive && leaseUntil !== null) throw attemptAlive(workflowId, leaseUntil);
}

/**
 * No other attempt can have begun while the lease ran, so only the attempt's own entries can be
 * lost.
 */
function isInDoubt({ isAlive, isSameEpoch }: WriterState): boolean {
  return !isAlive && !isSameEpoch;
}
