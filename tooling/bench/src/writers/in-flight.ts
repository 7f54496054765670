/** Runs an action this many times, in order, with limited concurrency. */
export async function inFlight(
  count: number,
  most: number,
  start: (number: number) => Promise<unknown>,
): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  for (let number = 1; number <= count; number += 1) {
    underWay.push(start(number));
    if (underWay.length >= most) await underWay.shift();
  }
  await Promise.all(underWay);
}
