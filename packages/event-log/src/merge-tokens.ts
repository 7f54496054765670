import { joinTokens } from '@runtape/events';
import type { Entry } from './port/read.ts';

/** The maximum number of characters in one merged entry, which limits the size of a frame. */
const MAX_MERGED_CHARS = 65_536;

/**
 * Merges neighbouring tokens of one part into one entry with the id of the last and the text of
 * all. The result folds to the same state as the original entries. `joinTokens` decides which
 * tokens stay separate.
 * @returns at most as many entries; unmerged ones are the same objects.
 */
export function mergeTokens(entries: readonly Entry[]): readonly Entry[] {
  const merged: Entry[] = [];
  for (const entry of entries) {
    const joined = mergeNext(merged.at(-1), entry);
    if (joined === null) merged.push(entry);
    else merged[merged.length - 1] = joined;
  }
  return merged;
}

/**
 * Merges an entry into the previous one.
 * @returns the merged entry, or `null` when they have to stay separate.
 */
export function mergeNext<Part extends Pick<Entry, 'event'>>(
  left: Part | undefined,
  right: Part,
): Part | null {
  if (left === undefined) return null;
  const event = joinTokens(left.event, right.event, MAX_MERGED_CHARS);
  return event === null ? null : { ...right, event };
}
