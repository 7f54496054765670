import { hasEnded, type WorkflowStatus } from '@runtape/events';
import { EventLogError } from './errors.ts';

/** What an append, a renewal or a new attempt is checked against. */
export interface WriterState {
  readonly workflowId: string;
  readonly status: WorkflowStatus;
  readonly attempt: number;
  readonly leaseUntil: number | null;
  readonly tail: number;
}

export function unknownWorkflow(workflowId: string): EventLogError {
  return new EventLogError('unknown_workflow', `There is no workflow ${workflowId}.`, {
    workflowId,
  });
}

export function workflowExists(workflowId: string): EventLogError {
  return new EventLogError('workflow_exists', `The id ${workflowId} is taken. Draw another.`, {
    workflowId,
  });
}

export function idempotencyConflict(workflowId: string): EventLogError {
  return new EventLogError(
    'idempotency_conflict',
    `The idempotency key was used to start ${workflowId} with another definition or input. Use a new key for a new start.`,
    { workflowId },
  );
}

export function workflowClosed(workflowId: string): EventLogError {
  return new EventLogError('workflow_closed', `Workflow ${workflowId} has ended.`, { workflowId });
}

export function attemptAlive(workflowId: string, leaseUntil: number): EventLogError {
  return new EventLogError(
    'attempt_alive',
    `Another attempt runs ${workflowId}, at least until ${new Date(leaseUntil).toISOString()}.`,
    { workflowId, leaseUntil },
  );
}

export function attemptOvertaken(workflowId: string, attempt: number): EventLogError {
  return new EventLogError(
    'attempt_overtaken',
    `Attempt ${attempt} no longer holds ${workflowId}. Stop it; a newer one goes on.`,
    { workflowId },
  );
}

export function seqConflict(workflowId: string, after: number, tail: number): EventLogError {
  return new EventLogError(
    'seq_conflict',
    `The log of ${workflowId} ends at ${tail}, not at ${after}. Read it before appending again.`,
    { workflowId, tail },
  );
}

export function logClosed(): EventLogError {
  return new EventLogError('closed', 'The event log was closed. Open a new one.');
}

/** @throws EventLogError `workflow_closed` after the end. */
export function refuseEnded({ workflowId, status }: WriterState): void {
  if (hasEnded(status)) throw workflowClosed(workflowId);
}

/** @throws EventLogError `workflow_closed`, `attempt_overtaken`. */
export function refuseOvertaken(state: WriterState, attempt: number): void {
  refuseEnded(state);
  if (attempt < 1 || attempt !== state.attempt) throw attemptOvertaken(state.workflowId, attempt);
}

/** @throws EventLogError `workflow_closed`, `attempt_overtaken`, `seq_conflict`, in this order. */
export function refuseAppend(
  state: WriterState,
  { attempt, after }: { attempt: number; after: number },
): void {
  refuseOvertaken(state, attempt);
  if (after !== state.tail) throw seqConflict(state.workflowId, after, state.tail);
}

/** @throws EventLogError `workflow_closed`, `attempt_alive`. */
export function refuseBegin(state: WriterState, now: number): void {
  refuseEnded(state);
  const { workflowId, leaseUntil } = state;
  if (leaseUntil !== null && leaseUntil > now) throw attemptAlive(workflowId, leaseUntil);
}
