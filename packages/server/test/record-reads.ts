import type { EventLog, MergedRange, Page } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { vi } from 'vitest';

/** One page that was read of a log. */
export interface RecordedRead {
  readonly after: number;
  /** How many entries of the log it brought, merged or not. */
  readonly entries: number;
}

/**
 * Writes down what is read of a log from now on; the reads wait on the way there and back where a
 * test says so.
 */
export function recordReads(log: EventLog) {
  const travel = { there: async (): Promise<void> => {}, back: async (): Promise<void> => {} };
  const reads: RecordedRead[] = [];
  const recorded =
    (readLog: EventLog['readMerged']) =>
    async (workflowId: WorkflowId, range: MergedRange): Promise<Page> => {
      await travel.there();
      const page = await readLog(workflowId, range);
      const last = page.entries.at(-1)?.seq ?? range.after;
      reads.push({ after: range.after, entries: last - range.after });
      await travel.back();
      return page;
    };
  // Bound before they are replaced.
  const ofLog = { read: log.read.bind(log), readMerged: log.readMerged.bind(log) };
  vi.spyOn(log, 'read').mockImplementation(recorded(ofLog.read));
  const readMerged = vi.spyOn(log, 'readMerged').mockImplementation(recorded(ofLog.readMerged));
  return { readMerged, reads, travel };
}
