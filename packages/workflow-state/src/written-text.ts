import { isThoughtPart, type PartState, type WorkflowSnapshot } from '@runtape/events';

/** A text that a workflow writes. */
export interface WrittenText {
  readonly text: string;
  readonly isComplete: boolean;
}

/**
 * Returns a text that a workflow writes, complete or still growing.
 * @param part the name of the text. Default: the newest one that is not a model's reasoning.
 * @returns the text so far; empty before its first token.
 */
export function textOf(snapshot: Pick<WorkflowSnapshot, 'parts'>, part?: string): string {
  const name = part ?? snapshot.parts.findLast((one) => !isThoughtPart(one.part))?.part;
  return writtenText(snapshot, (one) => one === name)?.text ?? '';
}

/**
 * Returns the reasoning of the models, oldest first. It has its own parts, separate from the text.
 */
export function thoughtsOf({ parts }: Pick<WorkflowSnapshot, 'parts'>): readonly PartState[] {
  return parts.filter(({ part, text }) => isThoughtPart(part) && text.trim() !== '');
}

/**
 * Returns the text of parts, which may have restarted after an end and may span several steps.
 * @returns `null` before its first token.
 */
export function writtenText(
  { parts }: Pick<WorkflowSnapshot, 'parts'>,
  isPart: (part: string) => boolean,
): WrittenText | null {
  const states = parts.filter(({ part }) => isPart(part));
  const last = states.at(-1);
  if (last === undefined) return null;
  const lastEnd = states.slice(0, -1).findLastIndex(({ isComplete }) => isComplete);
  const text = states
    .slice(lastEnd + 1)
    .map((state) => state.text)
    .join('');
  return { text, isComplete: last.isComplete };
}
