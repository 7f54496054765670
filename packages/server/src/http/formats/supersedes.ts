import { RESTARTED, type WorkflowEvent } from '@runtape/events';

/**
 * Tells whether an event may have made text void that a reader has: a next attempt writes again what the one before left
 * unfinished, and a text begins again that turned out to be a thought. A reader that only adds text to text then needs the
 * text that still counts.
 */
export function supersedes({ type, data }: WorkflowEvent): boolean {
  if (type === 'token') return data.metadata?.finishReason === RESTARTED;
  return type === 'workflow:retrying' || (type === 'workflow:running' && data.attempt > 1);
}
