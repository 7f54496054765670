import type { EventId, StreamMessage, WorkflowId } from '@runtape/events';
import type { ApiErrorCode } from '../errors/api-error.ts';
import { type ThreadItem, toldOf } from '../read/threads/thread-item.ts';

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
