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
 * Returns the draft to show: the newest version, complete or still growing. If the workflow ended
 * in the middle of a version, it is the last complete one; the unfinished text stays in `parts`.
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

/** Returns the text of the current draft; empty before its first token. */
export function draftText(snapshot: WorkflowSnapshot): string {
  return currentDraft(snapshot)?.text ?? '';
}

/**
 * Returns the answer to a question, complete or still growing.
 * @returns `null` before its first token.
 */
export function currentAnswer(snapshot: WorkflowSnapshot): WrittenText | null {
  return writtenText(snapshot, (part) => part === ANSWER);
}

/** Returns the text of the answer; empty before its first token. */
export function answerText(snapshot: WorkflowSnapshot): string {
  return currentAnswer(snapshot)?.text ?? '';
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

function versionOf(part: string): number | null {
  const match = DRAFT.exec(part);
  return match === null ? null : Number(match[1] ?? 1);
}

function read(snapshot: WorkflowSnapshot, version: number): Draft {
  const written = writtenText(snapshot, (part) => versionOf(part) === version);
  return { version, text: '', isComplete: false, ...written };
}

/**
 * Returns the text of a part, which may have restarted after an end and may span several steps.
 * @returns `null` before its first token.
 */
function writtenText(
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
