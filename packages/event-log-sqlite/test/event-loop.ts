/** Watches for how long the event loop of this process stands still. */
export function watchEventLoop() {
  let longestMs = 0;
  let last = performance.now();
  let waiting: (() => void)[] = [];
  const timer = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    const due = waiting;
    waiting = [];
    for (const turn of due) turn();
  }, 2);
  return {
    /** The longest time between two turns so far, in ms. */
    get longestMs() {
      return Math.max(longestMs, performance.now() - last);
    },
    /** Lets timers run so many times. */
    async turns(count: number): Promise<void> {
      for (let turn = 0; turn < count; turn += 1) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
