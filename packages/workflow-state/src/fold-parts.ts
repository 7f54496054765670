import { type EventOf, type PartState, RESTARTED } from '@runtape/events';
import { withoutUndefined } from './without-undefined.ts';

/**
 * Appends a chunk of text to the last entry of its part, or adds an entry: after the end of a text,
 * and in another step. A text that restarts loses its earlier content.
 */
export function foldToken(parts: PartState[], { data, metadata }: EventOf<'token'>): PartState[] {
  const { part, isComplete } = data;
  if (isComplete && data.metadata?.finishReason === RESTARTED) {
    return parts.filter(
      (one) => one.part !== part || one.step !== metadata?.step || one.isComplete,
    );
  }
  const index = parts.findLastIndex((one) => one.part === part);
  const last = parts[index];
  if (last === undefined || last.isComplete || last.step !== metadata?.step) {
    const { content: text } = data;
    return [...parts, withoutUndefined({ part, text, isComplete, step: metadata?.step })];
  }
  return parts.with(index, {
    ...last,
    text: last.text + data.content,
    isComplete,
  });
}
