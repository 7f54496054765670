import type { WorkflowSnapshot } from '@runtape/events';

/** A text that a workflow writes. */
export interface WrittenText {
  readonly text: string;
  readonly isComplete: boolean;
}

/**
 * The text of a part, which may have begun again after an end, and may have grown over several
 * steps.
 * @returns `null` before its first token.
 */
export function writtenText(
  { parts }: Pick<WorkflowSnapshot, 'parts'>,
  isPart: (part: string) => boolean,
): WrittenText | null {
  const stretches = parts.filter(({ part }) => isPart(part));
  const last = stretches.at(-1);
  if (last === undefined) return null;
  const endOfOneBefore = stretches.slice(0, -1).findLastIndex(({ isComplete }) => isComplete);
  const text = stretches
    .slice(endOfOneBefore + 1)
    .map((stretch) => stretch.text)
    .join('');
  return { text, isComplete: last.isComplete };
}
