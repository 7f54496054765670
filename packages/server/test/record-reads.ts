import type { EventLog, MergedRange, Page } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { vi } from 'vitest';

/** One page that was read from a log. */
export interface RecordedRead {
  readonly after: number;
  /** The number of log entries in it; a merged entry counts as several. */
  readonly entries: number;
}

/** Records what is read from a log from now on. A test may delay reads before and after. */
export function recordReads(log: EventLog) {
  const delays = { before: async (): Promise<void> => {}, after: async (): Promise<void> => {} };
  const reads: RecordedRead[] = [];
  const recorded =
    (readLog: EventLog['readMerged']) =>
    async (workflowId: WorkflowId, range: MergedRange): Promise<Page> => {
      await delays.before();
      const page = await readLog(workflowId, range);
      const last = page.entries.at(-1)?.seq ?? range.after;
      reads.push({ after: range.after, entries: last - range.after });
      await delays.after();
      return page;
    };
  const ofLog = { read: log.read.bind(log), readMerged: log.readMerged.bind(log) };
  vi.spyOn(log, 'read').mockImplementation(recorded(ofLog.read));
  const readMerged = vi.spyOn(log, 'readMerged').mockImplementation(recorded(ofLog.readMerged));
  return { readMerged, reads, delays };
}
