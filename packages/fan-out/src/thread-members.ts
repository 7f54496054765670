import { Signal, TimeSlice, untilAborted } from '@runtape/async';
import {
  type EventLog,
  retryWhileUnavailable,
  type ThreadMember,
  type ThreadPage,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

const PAGE_SIZE = 50;

/** Those who joined a thread, once each. */
export interface ThreadUpdate {
  /** In the order in which they joined, as far as they are known; may be none. */
  readonly members: readonly ThreadMember[];
  /** Whoever is told of later has a higher position than this, or was told of already. */
  readonly lowWatermark: number;
}

export interface ThreadFollowing {
  /** Members with a higher position. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** How long it believes that nobody has joined because it heard of nobody, in ms. */
  readonly quietMs: () => number;
  readonly random: () => number;
  /** Called whenever all who are in it have been told of, and it begins to wait for more. */
  readonly onWait: () => void;
}

/**
 * Follows a thread: who is in it after a position, then who joins. Reads the next page only when
 * asked for it. A thread has no end, and need not have begun.
 * @throws EventLogError `closed`, `corrupt`; an AbortError when the signal aborts. While the log is
 *   unavailable it waits.
 */
export async function* threadMembers(
  log: EventLog,
  threadId: string,
  { after, signal, quietMs, random, onWait }: ThreadFollowing,
): AsyncGenerator<ThreadUpdate, void> {
  const retry = <Value>(operation: () => Promise<Value>): Promise<Value> =>
    retryWhileUnavailable(() => untilAborted(operation(), signal), { signal, random });
  const joined = new Signal();
  let isStirred = false;
  const stir = (): void => {
    isStirred = true;
    joined.notify();
  };
  // Watch first, then look: who joins in between is found by the look, or stirs it.
  await retry(() => log.watchThread(threadId, stir, signal));
  let lowWatermark = after;
  /** Those above `lowWatermark` that were told of. */
  let told = new Map<WorkflowId, number>();
  for (;;) {
    isStirred = false;
    const slice = new TimeSlice({ signal });
    for (let next: number | null = lowWatermark; next !== null;) {
      if (slice.due) await slice.yield();
      const range = { after: next, limit: PAGE_SIZE };
      const page: ThreadPage = await retry(() => log.thread(threadId, range));
      const members = page.members.filter(({ record }) => !told.has(record.workflowId));
      const before = lowWatermark;
      // A page after one that does not reach its low watermark raises nothing.
      if (lowWatermark === next) lowWatermark = page.lowWatermark;
      for (const { record, position } of members) told.set(record.workflowId, position);
      told = new Map([...told].filter(([, position]) => position > lowWatermark));
      if (members.length > 0 || lowWatermark > before) yield { members, lowWatermark };
      next = page.next;
    }
    if (isStirred) continue;
    onWait();
    await joined.wait(signal, quietMs());
  }
}
