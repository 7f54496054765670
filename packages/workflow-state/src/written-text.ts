import { hasEnded, isThoughtPart, type PartState, type WorkflowSnapshot } from '@runtape/events';

const DRAFT = /^draft(?:-([1-9]\d*))?$/;
const ANSWER = 'answer';

/** A text that a workflow writes. */
export interface WrittenText {
  readonly text: string;
  readonly isComplete: boolean;
}

/** A version of the draft. */
export interface Draft extends WrittenText {
  /** 1 for the part `draft`, 2 for `draft-2`, and so on. */
  readonly version: number;
}

/**
 * The draft a person should see: the newest version, complete or still growing. When the workflow
 * ended in the middle of a new version, it is the last one that is complete; what there is of the
 * new one stays in `parts`.
 * @returns `null` before the first token.
 */
export function currentDraft(snapshot: WorkflowSnapshot): Draft | null {
  const versions = new Set(snapshot.parts.map(({ part }) => versionOf(part)));
  const drafts = [...versions]
    .filter((version) => version !== null)
    .sort((a, b) => b - a)
    .map((version) => read(snapshot, version));
  const complete = hasEnded(snapshot.status)
    ? drafts.find(({ isComplete }) => isComplete)
    : undefined;
  return complete ?? drafts[0] ?? null;
}

/**
 * The text of the current draft.
 * @returns empty before its first token.
 */
export function draftText(snapshot: WorkflowSnapshot): string {
  return currentDraft(snapshot)?.text ?? '';
}

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

/** The reasoning of the models, oldest first: parts of their own, beside the text. */
export function thoughtsOf({ parts }: Pick<WorkflowSnapshot, 'parts'>): readonly PartState[] {
  return parts.filter(({ part, text }) => isThoughtPart(part) && text.trim() !== '');
}

function versionOf(part: string): number | null {
  const match = DRAFT.exec(part);
  return match === null ? null : Number(match[1] ?? 1);
}

function read(snapshot: WorkflowSnapshot, version: number): Draft {
  const written = writtenText(snapshot, (part) => versionOf(part) === version);
  return { version, text: '', isComplete: false, ...written };
}

/**
 * The text of a part, which may have begun again after an end, and may have grown over several
 * steps.
 * @returns `null` before its first token.
 */
function writtenText(
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
