import { Signal, TimeSlice, untilAborted } from '@runtape/async';
import {
  type EventLog,
  retryWhileUnavailable,
  type ThreadMember,
  type ThreadPage,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

const PAGE_SIZE = 50;

/** New members of a thread; each member is reported once. */
export interface ThreadUpdate {
  /** In the order in which they joined, as far as known; may be empty. */
  readonly members: readonly ThreadMember[];
  /** Members that are reported later have a higher position than this, or were reported before. */
  readonly lowWatermark: number;
}

export interface ThreadMembersOptions {
  /** Only members with a higher position are reported. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** How long to wait for a notification before the log is polled, in ms. */
  readonly quietMs: () => number;
  readonly random: () => number;
  /** Called whenever all current members have been reported and the wait for more starts. */
  readonly onWait: () => void;
}

/**
 * Follows a thread: yields its members after a position, then new ones as they join. Reads the next
 * page only when it is pulled. A thread never ends, and may not have any members yet.
 * @throws EventLogError `closed`, `corrupt`; an AbortError when the signal aborts. Waits while the
 *   log is unavailable.
 */
export async function* threadMembers(
  log: EventLog,
  threadId: string,
  { after, signal, quietMs, random, onWait }: ThreadMembersOptions,
): AsyncGenerator<ThreadUpdate, void> {
  const retry = <Value>(operation: () => Promise<Value>): Promise<Value> =>
    retryWhileUnavailable(() => untilAborted(operation(), signal), { signal, random });
  const joined = new Signal();
  let isWoken = false;
  const wake = (): void => {
    isWoken = true;
    joined.notify();
  };
  // Watch before reading: a member that joins in between is found by the read or reported.
  await retry(() => log.watchThread(threadId, wake, signal));
  let lowWatermark = after;
  /** Reported members above `lowWatermark`. */
  let reported = new Map<WorkflowId, number>();
  for (;;) {
    isWoken = false;
    const slice = new TimeSlice({ signal });
    for (let next: number | null = lowWatermark; next !== null;) {
      if (slice.due) await slice.yield();
      const range = { after: next, limit: PAGE_SIZE };
      const page: ThreadPage = await retry(() => log.thread(threadId, range));
      const members = page.members.filter(({ record }) => !reported.has(record.workflowId));
      const before = lowWatermark;
      // A page raises the low watermark only if it starts there; otherwise there is a gap before
      // it.
      if (lowWatermark === next) lowWatermark = page.lowWatermark;
      for (const { record, position } of members) reported.set(record.workflowId, position);
      reported = new Map([...reported].filter(([, position]) => position > lowWatermark));
      if (members.length > 0 || lowWatermark > before) yield { members, lowWatermark };
      next = page.next;
    }
    if (isWoken) continue;
    onWait();
    await joined.wait(signal, quietMs());
  }
}
