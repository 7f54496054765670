import { threadMs } from '@runtape/testing/event-loop';

/** Watches whether the event loop of this process goes on. */
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
    /** The most that was computed between two turns so far, in the thread's own time in ms. */
    get longestMs() {
      return Math.max(longestMs, threadMs() - last);
    },
    /** How many turns there were so far. */
    get count() {
      return count;
    },
    /** Lets timers run so many times. */
    async turns(many: number): Promise<void> {
      for (let turn = 0; turn < many; turn += 1) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
