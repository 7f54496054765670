import type { EventLog } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { WorkflowQueue } from '../queue/workflow-queue.ts';

export interface CommandOptions {
  readonly log: EventLog;
  readonly queue: Pick<WorkflowQueue, 'enqueue'>;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly onError: (error: unknown, about: { workflowId: WorkflowId }) => void;
}
