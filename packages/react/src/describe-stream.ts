import { hasEnded, type WorkflowStatus } from '@runtape/events';
import type { WorkflowStream } from './use-workflow-stream.ts';
import type { StreamReset } from './workflow-store.ts';

const MS = 1000;

const endings: Readonly<Partial<Record<WorkflowStatus, string>>> = {
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** Describes the state of a stream in words. */
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

const reasons: Readonly<Record<StreamReset['reason'], string>> = {
  trimmed: 'the events that follow are no longer stored',
  ahead: 'the server has fewer events than this page showed',
  other_incarnation: 'the log was replaced',
};

/** Describes for the user why the stream restarted. */
export function describeReset({ reason }: StreamReset): string {
  return `The stream restarted because ${reasons[reason]}.`;
}
