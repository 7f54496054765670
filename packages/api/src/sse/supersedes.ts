import type { WorkflowEvent } from '@runtape/events';

/**
 * Tells whether an event may have made text void that a reader has: a next attempt writes again what the one before left
 * unfinished. A reader that only adds text to text then needs the text that still counts.
 */
export function supersedes({ type, data }: WorkflowEvent): boolean {
  return type === 'workflow:retrying' || (type === 'workflow:running' && data.attempt > 1);
}
