import type { WorkflowSnapshot } from '@runtape/events';
import { type WrittenText, writtenText } from './written-text.ts';

const ANSWER = 'answer';

/**
 * The answer to a question, complete or still growing.
 * @returns `null` before its first token.
 */
export function currentAnswer(snapshot: WorkflowSnapshot): WrittenText | null {
  return writtenText(snapshot, (part) => part === ANSWER);
}

/** The text of the answer; empty before its first token. */
export function answerText(snapshot: WorkflowSnapshot): string {
  return currentAnswer(snapshot)?.text ?? '';
}
