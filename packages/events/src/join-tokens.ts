import type { EventOf, WorkflowEvent } from './event.ts';

/** The maximum number of characters in one merged entry, which limits the size of a frame. */
const MAX_MERGED_CHARS = 65_536;

/**
 * Joins two consecutive tokens: the text of both, everything else from the second.
 * @param maxChars the maximum number of characters in a joined token.
 * @returns `null` if they must stay apart: other events, a different part, attempt or step, a first
 *   token that ends its part or reports spending, or too much text.
 */
export function joinTokens(
  left: WorkflowEvent,
  right: WorkflowEvent,
  maxChars: number,
): EventOf<'token'> | null {
  if (left.type !== 'token' || right.type !== 'token') return null;
  if (!continues(left, right)) return null;
  const content = left.data.content + right.data.content;
  if (content.length > maxChars) return null;
  const data = { ...right.data, content };
  if (left.data.metadata === undefined) return { ...right, data };
  return { ...right, data: { ...data, metadata: { ...left.data.metadata, ...data.metadata } } };
}

/** Returns whether a following token may be joined to this event. */
export function canGrow(event: WorkflowEvent, maxChars: number): boolean {
  return event.type === 'token' && !isClosed(event) && event.data.content.length < maxChars;
}

function continues(left: EventOf<'token'>, right: EventOf<'token'>): boolean {
  return (
    !isClosed(left) &&
    left.data.part === right.data.part &&
    left.metadata?.attempt === right.metadata?.attempt &&
    left.metadata?.step === right.metadata?.step
  );
}

function isClosed({ data, metadata }: EventOf<'token'>): boolean {
  return data.isComplete || metadata?.spent !== undefined;
}

/**
 * Merges neighbouring tokens of one part into one entry with the id of the last and the text of
 * all. The result folds to the same state as the original entries. `joinTokens` decides which
 * tokens stay separate.
 * @returns at most as many entries; unmerged ones are the same objects.
 */
export function mergeTokens<Entry extends { readonly event: WorkflowEvent }>(
  entries: readonly Entry[],
): readonly Entry[] {
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
export function mergeNext<Entry extends { readonly event: WorkflowEvent }>(
  left: Entry | undefined,
  right: Entry,
): Entry | null {
  if (left === undefined) return null;
  const event = joinTokens(left.event, right.event, MAX_MERGED_CHARS);
  return event === null ? null : { ...right, event };
}
