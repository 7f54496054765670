/** Those who have yielded, in the order in which they go on. */
const waiting: (() => void)[] = [];
/**
 * What the next turn is planned with. A clock that a test has put in place may go, and with it what
 * it has planned.
 */
let plannedWith: typeof setImmediate | undefined;

/**
 * Lets timers, sockets and other tasks run, then resolves. A promise that is already settled does
 * not do that: its continuations run before the event loop goes on.
 *
 * Of all who have yielded, one goes on in each turn of the event loop. If all did, a hundred tasks
 * with slices of 10 ms would hold it for a second.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers and workerd have no setImmediate, or one that is off by default. Each timer is a
    // task of its own there.
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
    // Planned from within a turn, so it is the next one.
    if (waiting.length > 0) planTurn();
  });
}
