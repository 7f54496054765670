import { hasEnded, type WorkflowSnapshot } from '@runtape/events';

const DRAFT = /^draft(?:-([1-9]\d*))?$/;

/** A text that a workflow writes for its reader. */
export interface Draft {
  /** 1 for the part `draft`, 2 for `draft-2`, and so on. */
  readonly version: number;
  readonly text: string;
  readonly isComplete: boolean;
}

/**
 * The draft a person should see: the newest version, complete or still growing. When the workflow ended in the middle of a new
 * version, it is the last one that is complete; what there is of the new one stays in `parts`.
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

/** A version may have begun again after an end, and may grow over several steps. */
function read({ parts }: WorkflowSnapshot, version: number): Draft {
  const stretches = parts.filter(({ part }) => versionOf(part) === version);
  const endOfOneBefore = stretches.slice(0, -1).findLastIndex(({ isComplete }) => isComplete);
  const text = stretches
    .slice(endOfOneBefore + 1)
    .map((stretch) => stretch.text)
    .join('');
  return { version, text, isComplete: stretches.at(-1)?.isComplete ?? false };
}
