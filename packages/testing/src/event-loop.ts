/**
 * Returns the CPU time of this thread, in ms. The difference of two readings is the cost of the
 * work between them, however busy the machine is otherwise; a clock would include other programs.
 */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Returns the longest turn of the event loop during some work, as CPU time of the thread in ms; see
 * {@link threadMs}.
 */
export async function longestTurn(work: () => unknown): Promise<number> {
  let longest = 0;
  let before = threadMs();
  let ticker = setImmediate(tick);
  function tick(): void {
    const now = threadMs();
    longest = Math.max(longest, now - before);
    before = now;
    ticker = setImmediate(tick);
  }
  try {
    await work();
    return Math.max(longest, threadMs() - before);
  } finally {
    clearImmediate(ticker);
  }
}
