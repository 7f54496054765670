/**
 * The finish reason of a last chunk after which the part restarts because its text turned out to be
 * something else. The earlier text of the part is void.
 */
export const RESTARTED = 'restarted';

const THOUGHT = /^thinking-/;

/**
 * Returns whether a part is the reasoning of a model, which is never a part of an answer or a
 * result.
 */
export function isThoughtPart(part: string): boolean {
  return THOUGHT.test(part);
}
