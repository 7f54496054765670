import { joinTokens } from '@runtape/events';
import type { Entry } from './read.ts';

/** Characters of text in one merged entry, so that no frame grows without limit. */
const MAX_MERGED_CHARS = 65_536;

/**
 * Merges neighbouring tokens of one part into one entry with the id of the last and the text of
 * all. Folds to the same state as the entries it stands for. What stays apart is decided by
 * `joinTokens`.
 * @returns fewer entries or as many; what is not merged stays the same object.
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
 * Merges an entry into the one before it.
 * @returns the entry that stands for both, or `null` when they have to stay apart.
 */
export function mergeNext<Part extends Pick<Entry, 'event'>>(
  left: Part | undefined,
  right: Part,
): Part | null {
  if (left === undefined) return null;
  const event = joinTokens(left.event, right.event, MAX_MERGED_CHARS);
  return event === null ? null : { ...right, event };
}
