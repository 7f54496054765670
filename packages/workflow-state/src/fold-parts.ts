import type { EventOf, PartState } from '@runtape/events';
import { withoutUndefined } from './without-undefined.ts';

/** Adds a piece of text to the stretch it continues, or begins a stretch: after the end of a text, and in another step. */
export function foldToken(parts: PartState[], { data, metadata }: EventOf<'token'>): PartState[] {
  const index = parts.findLastIndex(({ part }) => part === data.part);
  const last = parts[index];
  if (last === undefined || last.isComplete || last.step !== metadata?.step) {
    const { part, content: text, isComplete } = data;
    return [...parts, withoutUndefined({ part, text, isComplete, step: metadata?.step })];
  }
  return parts.with(index, {
    ...last,
    text: last.text + data.content,
    isComplete: data.isComplete,
  });
}
