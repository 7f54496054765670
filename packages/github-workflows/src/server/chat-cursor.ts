import type { WorkflowRecord } from '@runtape/event-log';
import type { EventId } from '@runtape/events';
import { type FrameContext, parseCursorParam } from '@runtape/server/plugins';

/**
 * Makes the id of a chat frame. It includes the workflow, so that a reconnect is not mistaken for a
 * new question.
 */
export function chatCursor(id: EventId, { workflowId }: Pick<FrameContext, 'workflowId'>): string {
  return `${workflowId}.${id}`;
}

/** The first frame, before any event; a client can reconnect with its id, too. */
export function acceptedFrame({ workflowId, createdAt }: WorkflowRecord): Uint8Array {
  const data = {
    type: 'status',
    workflowId,
    stage: 'accepted',
    description: 'The question is accepted.',
    timestamp: new Date(createdAt).toISOString(),
  };
  return new TextEncoder().encode(
    `event: status\ndata: ${JSON.stringify(data)}\nid: ${workflowId}\n\n`,
  );
}

/**
 * Parses the id of a chat frame.
 * @returns the workflow, which may not exist, and the event after which to continue
 * @throws ApiError `malformed_cursor`.
 */
export function readChatCursor(text: string): { workflowId: string; after: EventId | null } {
  const dot = text.indexOf('.');
  if (dot === -1) return { workflowId: text, after: null };
  return {
    workflowId: text.slice(0, dot),
    after: parseCursorParam(text.slice(dot + 1), 'Last-Event-ID'),
  };
}
