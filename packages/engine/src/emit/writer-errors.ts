import { isEventLogError } from '@runtape/event-log';
import { EngineError } from '../errors.ts';

/**
 * Whether reading the tail can resolve it. Any other error is a bug or a broken store, and would
 * repeat.
 */
export function isReconcilable(error: unknown): boolean {
  return isEventLogError(
    error,
    'unavailable',
    'seq_conflict',
    'attempt_overtaken',
    'attempt_in_doubt',
    'workflow_closed',
    'unknown_workflow',
  );
}

export function tooLarge(type: string, bytes: number, most: number): EngineError {
  return new EngineError(
    'event_too_large',
    `An event "${type}" of ${bytes} bytes was emitted; at most ${most} are taken. Emit less, or in pieces.`,
  );
}

export function tooMany(workflowId: string, most: number): EngineError {
  return new EngineError(
    'too_many_events',
    `${workflowId} has come to ${most} events, and no workflow may have more. All that it wrote before is there. Have it emit less, split the work over several workflows, or give the workers a higher MAX_EVENTS; then start it again.`,
  );
}

export function logLost(workflowId: string): EngineError {
  return new EngineError(
    'log_lost',
    `The store no longer has all that ${workflowId} wrote to it. Start the workflow again, and check how the store is made durable.`,
  );
}
