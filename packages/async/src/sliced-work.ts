import { TimeSlice, type TimeSliceOptions } from './time-slice.ts';

/**
 * Work that yields wherever it may be interrupted, and returns its result at the end. Each step
 * must be short.
 */
export type SlicedWork<Result> = Generator<undefined, Result, undefined>;

/** Does the work synchronously: only for work known to be short, or where nothing else waits. */
export function runSync<Result>(work: SlicedWork<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Does the work in slices, so that it never blocks the event loop.
 * @throws the reason of `options.signal` once it has aborted; any error of the work.
 */
export async function runInSlices<Result>(
  work: SlicedWork<Result>,
  options: TimeSliceOptions = {},
): Promise<Result> {
  const slice = new TimeSlice(options);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (slice.due) await slice.yield();
  }
}
