import { hasEnded, type WorkflowStatus } from '@runtape/events';
import type { WorkflowStream } from './use-workflow-stream.ts';

const MS = 1000;

const endings: Readonly<Partial<Record<WorkflowStatus, string>>> = {
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** In words: how a stream stands. */
export function describeStream({ connection, workflow }: WorkflowStream): string {
  if (hasEnded(workflow.status)) return endings[workflow.status] ?? 'Ended';
  switch (connection.state) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return workflow.statuses.at(-1)?.message ?? 'Waiting for a worker';
    case 'reconnecting':
      return `Reconnecting in ${Math.ceil(connection.inMs / MS)} s, attempt ${connection.attempt}`;
    case 'polling':
      return 'Polling';
    case 'ended':
      return 'Ended';
    case 'failed':
      return connection.message;
  }
}
