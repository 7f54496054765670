/** The callbacks of tasks that have yielded, in the order in which they continue. */
const waiting: (() => void)[] = [];
/**
 * The `setImmediate` that scheduled the next turn. A test's fake clock may be removed, and then its
 * scheduled turns are lost.
 */
let plannedWith: typeof setImmediate | undefined;

/**
 * Lets timers, sockets and other tasks run, then resolves. Awaiting a settled promise does not: its
 * continuations run before the event loop continues.
 *
 * Only one of the tasks that have yielded continues in each turn of the event loop. If all did, a
 * hundred tasks with slices of 10 ms would block it for a second.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers and workerd have no setImmediate, or one that is off by default. Each timer is a
    // separate task there.
    if (typeof globalThis.setImmediate !== 'function') {
      setTimeout(resolve, 0);
      return;
    }
    waiting.push(resolve);
    if (plannedWith !== globalThis.setImmediate) planTurn();
  });
}

function planTurn(): void {
  plannedWith = globalThis.setImmediate;
  plannedWith(() => {
    plannedWith = undefined;
    waiting.shift()?.();
    // Scheduled from within a turn, so it runs in the next one.
    if (waiting.length > 0) planTurn();
  });
}
