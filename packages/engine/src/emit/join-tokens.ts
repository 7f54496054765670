import type { EventOf, KnownEvent } from '@runtape/events';

/** Characters of one joined token: a live reader still sees the text grow. */
const MOST_JOINED_CHARS = 16_384;

/**
 * Joins two tokens that follow each other and wait anyway: the text of both, the time of the second.
 * @returns `null` when they are not of one part, attempt and step, when the first ends its part or tells what was spent, or when there is too much text.
 */
export function joinTokens(left: KnownEvent, right: KnownEvent): EventOf<'token'> | null {
  if (left.type !== 'token' || right.type !== 'token' || !continues(left, right)) return null;
  const data = { ...right.data, content: left.data.content + right.data.content };
  if (left.data.metadata === undefined) return { ...right, data };
  return { ...right, data: { ...data, metadata: { ...left.data.metadata, ...data.metadata } } };
}

/** Whether a token may come that is joined to this event. */
export function canGrow(event: KnownEvent): boolean {
  return (
    event.type === 'token' &&
    !event.data.isComplete &&
    event.metadata?.spent === undefined &&
    event.data.content.length < MOST_JOINED_CHARS
  );
}

function continues(left: EventOf<'token'>, right: EventOf<'token'>): boolean {
  return (
    !left.data.isComplete &&
    left.metadata?.spent === undefined &&
    left.data.part === right.data.part &&
    left.metadata?.attempt === right.metadata?.attempt &&
    left.metadata?.step === right.metadata?.step &&
    left.data.content.length + right.data.content.length <= MOST_JOINED_CHARS
  );
}
