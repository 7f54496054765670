import type { Failure, WorkflowId } from '@runtape/events';
import { truncate } from '../truncate.ts';

/** GitHub refuses longer comments; some room is left for what surrounds the draft. */
const MAX_DRAFT_CHARS = 64_000;

/** Code in Markdown, where a mention is none: fenced blocks and spans. */
const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]+`)/;
const MENTION = /(?<![\w/`])@(?=[A-Za-z0-9])/g;
const ZERO_WIDTH_SPACE = '\u200B';

/** Hidden in the comment, so that a later attempt finds what an earlier one posted. */
export function markerOf(workflowId: WorkflowId): string {
  return `<!-- runtape:${workflowId} -->`;
}

export function placeholderText(workflowId: WorkflowId): string {
  return join(
    markerOf(workflowId),
    '_A program is drafting a comment on this issue. The draft will appear here._',
    '_If this is still all there is an hour from now, the program did not get to its end._',
  );
}

/** What a person wrote, or has read and changed, as it is. */
export function personsText(workflowId: WorkflowId, body: string): string {
  return join(markerOf(workflowId), body);
}

export interface PostedDraft {
  readonly comment: string;
  readonly model: string;
  readonly isCutOff: boolean;
}

export function finalText(
  workflowId: WorkflowId,
  { comment, model, isCutOff }: PostedDraft,
): string {
  const { text, omitted } = truncate(comment, MAX_DRAFT_CHARS);
  const cut =
    isCutOff || omitted > 0 ? ' It ends early, because it reached a limit of its length.' : '';
  return join(
    markerOf(workflowId),
    withoutMentions(text),
    '---',
    `_Drafted by a program with the model \`${model.replaceAll('`', '')}\`; no person has checked it.${cut}_`,
  );
}

export function failureText(workflowId: WorkflowId, { code, message }: Failure): string {
  return join(
    markerOf(workflowId),
    '_A program tried to draft a comment on this issue, and failed. There is nothing here to act on._',
    `_Reason: ${withoutMentions(message)} (\`${code}\`)_`,
  );
}

export function cancelledText(workflowId: WorkflowId): string {
  return join(
    markerOf(workflowId),
    '_A program was drafting a comment on this issue and was cancelled. There is nothing here to act on._',
  );
}

/** A model, or who wrote what it read, must not call people by way of our account. */
function withoutMentions(markdown: string): string {
  return markdown
    .split(CODE)
    .map((piece, index) =>
      index % 2 === 1 ? piece : piece.replaceAll(MENTION, `@${ZERO_WIDTH_SPACE}`),
    )
    .join('');
}

function join(...paragraphs: readonly string[]): string {
  return paragraphs.join('\n\n');
}
