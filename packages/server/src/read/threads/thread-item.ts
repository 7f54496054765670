import type { EventId, StreamMessage, WorkflowId } from '@runtape/events';
import type { ApiError, ApiErrorCode } from '../../errors/api-error.ts';

/** One message of one of a thread's workflows. */
interface ThreadMessage {
  readonly kind: 'message';
  readonly workflowId: WorkflowId;
  /** In the workflow. */
  readonly id: EventId;
  /** In the thread: covers all of its workflows. */
  readonly cursor: string;
  readonly message: StreamMessage;
}

/**
 * One of the workflows cannot be read, and nothing more of it comes; the cursor stays before what
 * is missing.
 */
interface ThreadFailure {
  readonly kind: 'failure';
  readonly workflowId: WorkflowId;
  readonly cursor: string;
  readonly error: ApiError;
}

/** What comes of a thread. */
export type ThreadItem = ThreadMessage | ThreadFailure;

/** How an error is told of to a client. */
export function toldOf({ code, message, docs }: ApiError) {
  return { code, message, docs };
}

/** What happens in a thread. */
export type ThreadEvent =
  | {
      readonly workflowId: WorkflowId;
      /** In the workflow. */
      readonly id: EventId;
      /** A `reset` replaces what there was of this workflow, and of no other. */
      readonly message: StreamMessage;
    }
  /** The workflow cannot be read, and nothing more of it comes. */
  | {
      readonly workflowId: WorkflowId;
      readonly error: {
        readonly code: ApiErrorCode;
        readonly message: string;
        readonly docs: string;
      };
    };

export function threadEventOf(item: ThreadItem): ThreadEvent {
  const { workflowId } = item;
  return item.kind === 'failure'
    ? { workflowId, error: toldOf(item.error) }
    : { workflowId, id: item.id, message: item.message };
}
