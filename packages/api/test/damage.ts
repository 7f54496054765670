import type { EventLog } from '@runtape/event-log';

/**
 * Makes a workflow unreadable, as a damaged store does.
 * @returns mends it.
 */
export function damage(log: EventLog, damaged: string): () => void {
  const read = log.read.bind(log);
  log.read = async (workflowId, range) => {
    if (workflowId === damaged) throw new TypeError('a secret of the store');
    return await read(workflowId, range);
  };
  return () => {
    log.read = read;
  };
}
