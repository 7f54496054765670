import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { type WrittenText, writtenText } from './written-text.ts';

const DRAFT = /^draft(?:-([1-9]\d*))?$/;

/** A text that a workflow writes for its reader. */
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

function versionOf(part: string): number | null {
  const match = DRAFT.exec(part);
  return match === null ? null : Number(match[1] ?? 1);
}

function read(snapshot: WorkflowSnapshot, version: number): Draft {
  const written = writtenText(snapshot, (part) => versionOf(part) === version);
  return { version, text: '', isComplete: false, ...written };
}
