import { sleep } from '@runtape/async';
import type { WorkflowEvent } from '@runtape/events';

/** The maximum delay of a timer, in ms. */
const MAX_SLEEP_MS = 2 ** 31 - 1;

export interface PaceOptions {
  /** The factor by which the events are faster than in reality; 0 means without delays. */
  readonly speed: number;
  /** Rejects the iteration with its reason. */
  readonly signal: AbortSignal;
  /** A monotonic clock, in ms. */
  readonly now: () => number;
}

/**
 * Yields events with their original delays, or faster. The time of a slow consumer is not added to
 * the delays.
 */
export async function* pace<Item extends { readonly event: WorkflowEvent }>(
  events: AsyncIterable<Item>,
  { speed, signal, now }: PaceOptions,
): AsyncGenerator<Item, void> {
  const startedAt = now();
  let first: number | undefined;
  for await (const item of events) {
    const happenedAt = Date.parse(item.event.timestamp);
    first ??= happenedAt;
    const dueAt = speed === 0 ? startedAt : startedAt + (happenedAt - first) / speed;
    for (let left = dueAt - now(); left > 0; left = dueAt - now()) {
      await sleep(Math.min(left, MAX_SLEEP_MS), signal);
    }
    signal.throwIfAborted();
    yield item;
  }
}
