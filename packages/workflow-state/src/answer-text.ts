import type { WorkflowSnapshot } from '@runtape/events';

const ANSWER = 'answer';

/**
 * The answer to a question, complete or still growing.
 * @returns the text of the part named `answer`; empty before its first token.
 */
export function answerText({ parts }: WorkflowSnapshot): string {
  const stretches = parts.filter(({ part }) => part === ANSWER);
  const endOfOneBefore = stretches.slice(0, -1).findLastIndex(({ isComplete }) => isComplete);
  return stretches
    .slice(endOfOneBefore + 1)
    .map(({ text }) => text)
    .join('');
}
