import {
  type AskRepositoryResult,
  askRepositoryResultSchema,
  type CommentOnIssueResult,
  commentOnIssueResultSchema,
  type ReviewIssueResult,
  reviewIssueResultSchema,
} from '../src/contract/index.ts';
import {
  type EventData,
  type EventOf,
  type EventType,
  type Failure,
  type WorkflowEvent,
} from '@runtape/events';

export function ofType<Type extends EventType>(
  events: readonly WorkflowEvent[],
  type: Type,
): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

/** The names of the stages, in order. */
export function stages(events: readonly WorkflowEvent[]): string[] {
  return ofType(events, 'status').map(({ data }) => data.stage);
}

/** The pieces of a part, of the last attempt that wrote any. */
export function piecesOf(events: readonly WorkflowEvent[], part = 'draft'): EventData<'token'>[] {
  const last = events.findLastIndex((event) => event.type === 'workflow:running');
  return ofType(events.slice(last), 'token')
    .map(({ data }) => data)
    .filter((piece) => piece.part === part);
}

export function textOf(events: readonly WorkflowEvent[], part = 'draft'): string {
  return piecesOf(events, part)
    .map(({ content }) => content)
    .join('');
}

/** The result of a workflow that must have completed. */
export function resultOf(events: readonly WorkflowEvent[]): CommentOnIssueResult {
  const last = events.at(-1);
  if (last?.type !== 'workflow:completed') throw new Error(`It ended with ${JSON.stringify(last)}`);
  return commentOnIssueResultSchema.parse(last.data.result);
}

/** The answer of a workflow that must have completed. */
export function answerOf(events: readonly WorkflowEvent[]): AskRepositoryResult {
  const last = events.at(-1);
  if (last?.type !== 'workflow:completed') throw new Error(`It ended with ${JSON.stringify(last)}`);
  return askRepositoryResultSchema.parse(last.data.result);
}

/** The result of a review that must have completed. */
export function reviewOf(events: readonly WorkflowEvent[]): ReviewIssueResult {
  const last = events.at(-1);
  if (last?.type !== 'workflow:completed') throw new Error(`It ended with ${JSON.stringify(last)}`);
  return reviewIssueResultSchema.parse(last.data.result);
}

/** The error of a workflow that must have failed. */
export function failureOf(events: readonly WorkflowEvent[]): Failure {
  const last = events.at(-1);
  if (last?.type !== 'workflow:failed') throw new Error(`It ended with ${JSON.stringify(last)}`);
  return last.data.error;
}

export function retryReasons(events: readonly WorkflowEvent[]): string[] {
  return ofType(events, 'workflow:retrying').map(({ data }) => data.reason.code);
}
