import { runSync, runInSlices, type SlicedWork } from '@runtape/async';
import type { Failure, WorkflowId } from '@runtape/events';
import { inertSteps, makeInert, personText } from '@runtape/github-comment';
import { truncate } from '../text/truncate.ts';

/**
 * GitHub's message names 65,536 characters, and its count was sometimes higher, never lower. UTF-16
 * units are never fewer than characters.
 */
const MAX_CHARS = 65_535;
const MAX_REASON_CHARS = 2000;

/** Hidden in the comment, so that a later attempt finds what an earlier one posted. */
export function markerOf(workflowId: WorkflowId): string {
  return `<!-- runtape:${workflowId} -->`;
}

export function placeholderText(workflowId: WorkflowId): string {
  return join(
    markerOf(workflowId),
    '_A program is drafting a comment on this issue. The draft will appear here._',
    '_If this is still here in an hour, the program did not finish._',
  );
}

/** The text that a person wrote or edited, unchanged. */
export function personCommentText(workflowId: WorkflowId, body: string): string {
  return join(markerOf(workflowId), personText(body));
}

export interface PostedDraft {
  readonly comment: string;
  readonly model: string;
  readonly isCutOff: boolean;
}

/**
 * A model's draft as it is posted unchecked: inert, below a note that says so. The note comes
 * first, so that nothing the draft leaves open can hide it.
 * @throws the signal's reason once it has aborted.
 */
export async function finalTextInSlices(
  workflowId: WorkflowId,
  draft: PostedDraft,
  signal: AbortSignal,
): Promise<string> {
  return await runInSlices(finalSteps(workflowId, draft), { signal });
}

/**
 * The same without yielding. A long hostile draft takes some hundred ms, so use it only where that
 * delays no other work.
 */
export function finalText(workflowId: WorkflowId, draft: PostedDraft): string {
  return runSync(finalSteps(workflowId, draft));
}

function* finalSteps(workflowId: WorkflowId, draft: PostedDraft): SlicedWork<string> {
  const { comment, model, isCutOff } = draft;
  if (comment.length <= MAX_CHARS) {
    const inert = yield* inertSteps(comment);
    const whole = join(...headOf(workflowId, { model, isCutOff }), inert);
    if (whole.length <= MAX_CHARS) return whole;
  }
  const head = join(...headOf(workflowId, { model, isCutOff: true }), '');
  return head + (yield* cutToFit(comment, MAX_CHARS - head.length));
}

export async function failureText(
  workflowId: WorkflowId,
  { code, message }: Failure,
  signal?: AbortSignal,
): Promise<string> {
  // On one line, so that it stays within its sentence.
  const reason = truncate(message, MAX_REASON_CHARS).text.replaceAll(/\s/g, ' ');
  const inert = await makeInert(reason.replaceAll('`', "'"), { signal });
  return join(
    markerOf(workflowId),
    '_A program tried to draft a comment on this issue, and failed. There is nothing here to act on._',
    `_Reason: ${inert} (\`${code}\`)_`,
  );
}

export function cancelledText(workflowId: WorkflowId): string {
  return join(
    markerOf(workflowId),
    '_A program was drafting a comment on this issue and was cancelled. There is nothing here to act on._',
  );
}

function headOf(
  workflowId: WorkflowId,
  { model, isCutOff }: Omit<PostedDraft, 'comment'>,
): readonly string[] {
  const cut = isCutOff ? ' It ends early: the rest of it is missing.' : '';
  const name = model.replaceAll(/[`\s]/g, ' ').trim();
  return [
    markerOf(workflowId),
    `_Drafted by a program with the model \`${name}\`; no person has checked it.${cut}_`,
    '---',
  ];
}

/** Cuts a draft until its inert form fits; how much that adds depends on its content. */
function* cutToFit(comment: string, room: number): SlicedWork<string> {
  let kept = Math.min(comment.length, room);
  for (;;) {
    const inert = yield* inertSteps(truncate(comment, kept).text);
    if (inert.length <= room) return inert;
    kept = Math.min(kept - 1, Math.floor((kept * room) / inert.length));
  }
}

function join(...paragraphs: readonly string[]): string {
  return paragraphs.join('\n\n');
}
