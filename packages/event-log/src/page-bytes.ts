import type { ReadRange } from './event-log.ts';

/** Takes what a page may hold: up to `limit`, and up to the one that brings it to `maxBytes`. */
export function* takePage<Item>(
  items: Iterable<Item>,
  { limit, maxBytes = Number.POSITIVE_INFINITY }: Pick<ReadRange, 'limit' | 'maxBytes'>,
  bytesOf: (item: Item) => number,
): Generator<Item, void> {
  let count = 0;
  let bytes = 0;
  for (const item of items) {
    yield item;
    count += 1;
    bytes += bytesOf(item);
    if (count === limit || bytes >= maxBytes) return;
  }
}
