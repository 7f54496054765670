import type { ThreadMember, ThreadPage, ThreadRange } from './event-log.ts';

/**
 * The position of who joins a thread now: after everybody in the store, also when clocks go back or the store lost its end.
 * @param last the position that was given last, 0 when none was.
 * @param now in ms since 1970.
 */
export function nextPosition(last: number, now: number): number {
  return Math.max(last + 1, now);
}

/**
 * The page of a thread, for a store in which nobody is half-created.
 * @param found what is there after the position, in order; one more than asked for tells that there is a next page.
 */
export function threadPage(
  found: readonly ThreadMember[],
  { after, limit }: ThreadRange,
): ThreadPage {
  const members = found.slice(0, limit);
  const lowWatermark = members.at(-1)?.position ?? after;
  return { members, next: found.length > limit ? lowWatermark : null, lowWatermark };
}
