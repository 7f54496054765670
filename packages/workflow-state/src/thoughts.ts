import { isThoughtPart, type PartState, type WorkflowSnapshot } from '@runtape/events';

/**
 * What the models of a workflow thought on their way, oldest first: parts of their own, beside its
 * text.
 * @returns those with any text.
 */
export function thoughtsOf({ parts }: Pick<WorkflowSnapshot, 'parts'>): readonly PartState[] {
  return parts.filter(({ part, text }) => isThoughtPart(part) && text.trim() !== '');
}
