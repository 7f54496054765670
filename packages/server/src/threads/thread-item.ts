import type { ThreadEvent } from '@runtape/contract';
import type { EventId, StreamMessage, WorkflowId } from '@runtape/events';
import type { ApiError } from '../errors/api-error.ts';

/** One message of one of a thread's workflows. */
interface ThreadMessage {
  readonly kind: 'message';
  readonly workflowId: WorkflowId;
  /** The id of the event in its workflow. */
  readonly id: EventId;
  /** The cursor of the thread: it covers all of its workflows. */
  readonly cursor: string;
  readonly message: StreamMessage;
}

/**
 * One workflow cannot be read and sends nothing more; the cursor stays before the missing events.
 */
interface ThreadFailure {
  readonly kind: 'failure';
  readonly workflowId: WorkflowId;
  readonly cursor: string;
  readonly error: ApiError;
}

/** An item of a thread's stream. */
export type ThreadItem = ThreadMessage | ThreadFailure;

/** Makes the body of an error for a client. */
export function toErrorBody({ code, message, docs }: ApiError) {
  return { code, message, docs };
}

export function threadEventOf(item: ThreadItem): ThreadEvent {
  const { workflowId } = item;
  return item.kind === 'failure'
    ? { workflowId, error: toErrorBody(item.error) }
    : { workflowId, id: item.id, message: item.message };
}
