import { threadMs } from '@runtape/testing/event-loop';

/** Measures the turns of this process's event loop. */
export function watchEventLoop() {
  let count = 0;
  let longestMs = 0;
  let last = threadMs();
  let waiting: (() => void)[] = [];
  const timer = setInterval(() => {
    const now = threadMs();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    count += 1;
    const due = waiting;
    waiting = [];
    for (const turn of due) turn();
  }, 2);
  return {
    /** The longest turn so far, in CPU time of the thread, in ms. */
    get longestMs() {
      return Math.max(longestMs, threadMs() - last);
    },
    /** The number of turns so far. */
    get count() {
      return count;
    },
    /** Lets timers run for this many turns. */
    async turns(many: number): Promise<void> {
      for (let turn = 0; turn < many; turn += 1) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
