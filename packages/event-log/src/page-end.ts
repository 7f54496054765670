import type { ReadRange } from './event-log.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Where a page of events ends, in bytes, by whom it is read for; its last event may go beyond. */
export const PAGE_BYTES = {
  /** Each reader of a stream that is behind holds one, also while nothing gets through to it. */
  stream: 64 * KIB,
  /** One answer of the API, or what is folded at a time. */
  answer: MIB,
  /** An archive is written for one reader. */
  archive: 4 * MIB,
  /** Segments are made in the background, one log after the other. */
  segment: 256 * KIB,
} as const;

/** Takes what a page may hold: up to `limit`, and up to the item that brings it to `maxBytes`. */
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
