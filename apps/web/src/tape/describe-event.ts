import type { OtherEvent, WorkflowEvent } from '@runtape/events';
import { previewJson } from '../ui/json.ts';

const PREVIEW_CHARS = 60;

/** Describes an event in a few words. */
export function describeEvent(event: WorkflowEvent): string {
  switch (event.type) {
    case 'workflow:started':
      return 'The workflow started';
    case 'workflow:running':
      return event.data.attempt === 1
        ? 'A worker started it'
        : `Attempt ${event.data.attempt} of ${event.data.maxAttempts} started`;
    case 'workflow:paused':
      return 'Paused';
    case 'workflow:resumed':
      return 'Resumed';
    case 'workflow:retrying':
      return `${event.data.reason.message} Trying again`;
    case 'workflow:completed':
      return 'Completed';
    case 'workflow:failed':
      return `Failed: ${event.data.error.message}`;
    case 'workflow:cancelled':
      return 'Cancelled';
    case 'status':
      return event.data.message;
    case 'step:started':
      return `Step ${event.data.step} started`;
    case 'step:completed':
      return `Step ${event.data.step} finished`;
    case 'log:created':
      return event.data.message;
    case 'token':
      return event.data.isComplete ? 'The end of the text' : 'Some text';
    case 'tool:called':
      return `Called ${event.data.name}`;
    case 'tool:returned':
      return `${event.data.name} ${event.data.ok ? 'returned' : 'failed'}: ${event.data.summary}`;
    case 'agent:started':
      return `${event.data.name} started`;
    case 'agent:progress':
      return event.data.message ?? 'An agent made progress';
    case 'agent:completed':
      return event.data.summary ?? 'An agent finished';
    case 'agent:failed':
      return `An agent failed: ${event.data.error.message}`;
    case 'budget:warning':
      return 'Most of the budget is spent';
    case 'budget:exceeded':
      return 'All of the budget is spent';
    default:
      return describeOwn(event);
  }
}

function describeOwn({ type, data }: OtherEvent): string {
  return data === null ? type : `${type} ${previewJson(data, PREVIEW_CHARS)}`;
}
