import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Hands out items at a steady rate, measured from the first one, so that slow writes do not add up.
 * Waits at least one turn of the event loop before each item, also at `Infinity`: a closed socket must be noticed between two.
 * Rejects with the signal's reason as soon as it aborts.
 */
export async function* paced<T>(
  items: readonly T[],
  perSecond: number,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const startedAt = performance.now();
  for (const [index, item] of items.entries()) {
    const dueIn = startedAt + (index / perSecond) * 1000 - performance.now();
    if (dueIn > 0) await setTimeout(dueIn, undefined, { signal });
    else await setImmediate(undefined, { signal });
    yield item;
  }
}
