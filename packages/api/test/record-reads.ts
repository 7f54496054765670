import type { EventLog } from '@runtape/event-log';
import { vi } from 'vitest';

/** One page that was read of a log. */
export interface RecordedRead {
  readonly after: number;
  /** How many entries it brought. */
  readonly entries: number;
}

/** Writes down what is read of a log from now on; the reads wait on the way there and back where a test says so. */
export function recordReads(log: EventLog) {
  const travel = { there: async (): Promise<void> => {}, back: async (): Promise<void> => {} };
  const reads: RecordedRead[] = [];
  const readLog = log.read.bind(log);
  const read = vi.spyOn(log, 'read').mockImplementation(async (workflowId, range) => {
    await travel.there();
    const page = await readLog(workflowId, range);
    reads.push({ after: range.after, entries: page.entries.length });
    await travel.back();
    return page;
  });
  return { read, reads, travel };
}
