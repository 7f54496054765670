import type { EventOf } from '@runtape/events';
import type { Entry } from './event-log.ts';

/** Characters of text in one merged entry: a client shows the past piece by piece, and no frame grows without limit. */
const MOST_MERGED_CHARS = 65_536;

/**
 * Merges neighbouring tokens of one part into one entry with the id of the last and the text of all. Never across the end of
 * a part, another part, attempt or step, or another event, or after one that tells what was spent. Folds to the same state as the entries it stands for.
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
  if (left?.event.type !== 'token' || right.event.type !== 'token') return null;
  return continues(left.event, right.event)
    ? { ...right, event: joinTokens(left.event, right.event) }
    : null;
}

function continues(left: EventOf<'token'>, right: EventOf<'token'>): boolean {
  return (
    !left.data.isComplete &&
    left.metadata?.spent === undefined &&
    left.data.part === right.data.part &&
    left.metadata?.attempt === right.metadata?.attempt &&
    left.metadata?.step === right.metadata?.step &&
    left.data.content.length + right.data.content.length <= MOST_MERGED_CHARS
  );
}

function joinTokens(left: EventOf<'token'>, right: EventOf<'token'>): EventOf<'token'> {
  const data = { ...right.data, content: left.data.content + right.data.content };
  if (left.data.metadata === undefined) return { ...right, data };
  return { ...right, data: { ...data, metadata: { ...left.data.metadata, ...data.metadata } } };
}
