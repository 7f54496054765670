export type EventLogErrorCode =
  | 'unknown_workflow'
  | 'workflow_exists'
  | 'workflow_closed'
  | 'idempotency_conflict'
  | 'thread_taken'
  | 'attempt_alive'
  | 'attempt_overtaken'
  | 'attempt_in_doubt'
  | 'seq_conflict'
  | 'invalid_append'
  | 'invalid_query'
  | 'trimmed'
  | 'invalid_archive'
  | 'unavailable'
  | 'corrupt'
  | 'unsupported_store'
  | 'closed';

export interface EventLogErrorContext extends ErrorOptions {
  readonly workflowId?: string | undefined;
  /** The log's tail, with `seq_conflict`. */
  readonly tail?: number | undefined;
  /** Until when the other attempt's lease runs, in ms since 1970, with `attempt_alive`. */
  readonly leaseUntil?: number | undefined;
  /** The oldest seq that can be read, with `trimmed`. */
  readonly first?: number | undefined;
  /** The line of the file, from 1, with `invalid_archive`. */
  readonly line?: number | undefined;
}

/**
 * An operation that an event log refused or could not perform. Each `code` has a page in
 * `docs/errors/`.
 */
export class EventLogError extends Error {
  override readonly name = 'EventLogError';
  readonly code: EventLogErrorCode;
  readonly workflowId: string | undefined;
  readonly tail: number | undefined;
  readonly leaseUntil: number | undefined;
  readonly first: number | undefined;
  readonly line: number | undefined;

  constructor(code: EventLogErrorCode, message: string, context: EventLogErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.workflowId = context.workflowId;
    this.tail = context.tail;
    this.leaseUntil = context.leaseUntil;
    this.first = context.first;
    this.line = context.line;
  }
}

/** Whether an error is an `EventLogError`, optionally with one of the given codes. */
export function isEventLogError(
  error: unknown,
  ...codes: readonly EventLogErrorCode[]
): error is EventLogError {
  if (!(error instanceof EventLogError)) return false;
  return codes.length === 0 || codes.includes(error.code);
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

export function threadTaken(threadId: string): EventLogError {
  return new EventLogError('thread_taken', `Somebody else began the thread ${threadId}.`);
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

export function attemptInDoubt(workflowId: string, attempt: number): EventLogError {
  return new EventLogError(
    'attempt_in_doubt',
    `The store came back after attempt ${attempt} of ${workflowId} had run out of time, and may have forgotten a later one. Renew it under a new incarnation.`,
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
