import { sleep } from '@runtape/async';
import type { WorkflowEvent } from '@runtape/events';

/** Timers know no longer delay. */
const MOST_SLEEP_MS = 2 ** 31 - 1;

export interface PaceOptions {
  /** How many times faster than it happened; 0 is at once. */
  readonly speed: number;
  /** Ends the waiting: the iteration rejects with its reason. */
  readonly signal: AbortSignal;
  /** In ms from any moment on; runs on without jumps. */
  readonly now: () => number;
}

/**
 * Passes events on as far apart as they happened, or that much faster. Whoever is slow to take them is not made to wait
 * for that again.
 */
export async function* pace<Paced extends { readonly event: WorkflowEvent }>(
  events: AsyncIterable<Paced>,
  { speed, signal, now }: PaceOptions,
): AsyncGenerator<Paced, void> {
  const startedAt = now();
  let first: number | undefined;
  for await (const paced of events) {
    const happenedAt = Date.parse(paced.event.timestamp);
    first ??= happenedAt;
    const dueAt = speed === 0 ? startedAt : startedAt + (happenedAt - first) / speed;
    for (let left = dueAt - now(); left > 0; left = dueAt - now()) {
      await sleep(Math.min(left, MOST_SLEEP_MS), signal);
    }
    signal.throwIfAborted();
    yield paced;
  }
}
