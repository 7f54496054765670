import type { EventLog } from '@runtape/event-log';

/**
 * Makes a workflow unreadable, as a damaged store does.
 * @returns a function that repairs it
 */
export function damage(log: EventLog, damaged: string): () => void {
  const read = log.read.bind(log);
  const readMerged = log.readMerged.bind(log);
  const check = (workflowId: string): void => {
    if (workflowId === damaged) throw new TypeError('a secret of the store');
  };
  log.read = async (workflowId, range) => {
    check(workflowId);
    return await read(workflowId, range);
  };
  log.readMerged = async (workflowId, range) => {
    check(workflowId);
    return await readMerged(workflowId, range);
  };
  return () => {
    log.read = read;
    log.readMerged = readMerged;
  };
}
