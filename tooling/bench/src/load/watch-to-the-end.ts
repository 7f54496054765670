import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { BenchContext } from '../bench.ts';
import type { Load } from './start-load.ts';

const POLL_MS = 50;
const END_WITHIN_MS = 300_000;
const SEEN_WITHIN_MS = 60_000;

/**
 * Waits until a workflow has ended.
 * @returns its record.
 * @throws the reason of a timeout after five minutes.
 */
export async function untilEnded(log: EventLog, workflowId: WorkflowId): Promise<WorkflowRecord> {
  for (const late = AbortSignal.timeout(END_WITHIN_MS); ;) {
    late.throwIfAborted();
    const record = await log.get(workflowId);
    if (record !== null && record.endedAt !== null) return record;
    await delay(POLL_MS);
  }
}

/**
 * Waits until every watcher has seen the last event of its workflow; a watcher that has not within
 * a minute has lost events.
 * @param key the key of the watchers.
 * @param tails the last sequence number of each watcher's workflow.
 */
export async function untilSeen(
  load: Load,
  key: string,
  tails: readonly number[],
  { fail }: Pick<BenchContext, 'fail'>,
): Promise<void> {
  for (const late = AbortSignal.timeout(SEEN_WITHIN_MS); ;) {
    const { numbers, problems } = await load.seen(key);
    for (const problem of problems) fail(problem);
    if (problems.length > 0 || tails.every((tail, index) => numbers[index] === tail)) return;
    if (late.aborted) {
      fail(`watchers have seen ${numbers.join(', ')} where the logs end with ${tails.join(', ')}.`);
      return;
    }
    await delay(POLL_MS);
  }
}
