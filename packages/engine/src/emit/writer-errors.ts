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
    `An event "${type}" of ${bytes} bytes is too large; the limit is ${most} bytes. Emit less, or split it.`,
  );
}

export function tooMany(workflowId: string, most: number): EngineError {
  return new EngineError(
    'too_many_events',
    `${workflowId} has reached the limit of ${most} events. Everything it wrote before is kept. Make it emit less, split the work over several workflows, or raise MAX_EVENTS for the workers; then start it again.`,
  );
}

export function logLost(workflowId: string): EngineError {
  return new EngineError(
    'log_lost',
    `The store has lost events of ${workflowId}. Start the workflow again, and check the durability settings of the store.`,
  );
}
