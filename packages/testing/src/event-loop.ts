/**
 * How long this thread has had a processor, in ms. The difference of two readings is what the work
 * between them cost, however busy the machine is with something else; a clock would count the
 * others, too.
 */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * The longest turn of the event loop during some work, in the thread's own time in ms, as {@link
 * threadMs} has it.
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
