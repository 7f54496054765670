import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { type WrittenText, writtenText } from '@runtape/workflow-state';

const DRAFT = /^draft(?:-([1-9]\d*))?$/;
const ANSWER = 'answer';

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

function versionOf(part: string): number | null {
  const match = DRAFT.exec(part);
  return match === null ? null : Number(match[1] ?? 1);
}

function read(snapshot: WorkflowSnapshot, version: number): Draft {
  const written = writtenText(snapshot, (part) => versionOf(part) === version);
  return { version, text: '', isComplete: false, ...written };
}
