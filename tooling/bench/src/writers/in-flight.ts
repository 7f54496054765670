/** Runs an action this many times, in order, with limited concurrency. */
export async function inFlight(
  count: number,
  max: number,
  start: (number: number) => Promise<unknown>,
): Promise<void> {
  const running: Promise<unknown>[] = [];
  for (let number = 1; number <= count; number += 1) {
    running.push(start(number));
    if (running.length >= max) await running.shift();
  }
  await Promise.all(running);
}
