import type { WorkflowSnapshot } from '@runtape/events';

const DRAFT = 'draft';

/**
 * The latest draft, complete or still growing.
 * @returns the text of the part named `draft`; empty before its first token.
 */
export function draftText({ parts }: WorkflowSnapshot): string {
  const stretches = parts.filter(({ part }) => part === DRAFT);
  const endOfOneBefore = stretches.slice(0, -1).findLastIndex(({ isComplete }) => isComplete);
  return stretches
    .slice(endOfOneBefore + 1)
    .map(({ text }) => text)
    .join('');
}
