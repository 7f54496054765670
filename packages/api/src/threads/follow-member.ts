import { EventLogError, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Identity } from '../accounts/identity.ts';
import { ApiError, toApiError } from '../errors.ts';
import { findWorkflow } from '../find-workflow.ts';
import type { SourceStart } from '../stream-many.ts';
import { type StreamChunk, type StreamOptions, streamWorkflow } from '../stream-workflow.ts';
import type { ThreadCursorEntry } from './thread-cursor.ts';

/** What comes of one of a thread's workflows. */
export type MemberPart =
  | { readonly kind: 'chunk'; readonly workflowId: WorkflowId; readonly chunk: StreamChunk }
  | { readonly kind: 'ended'; readonly workflowId: WorkflowId }
  /** It cannot be read. */
  | { readonly kind: 'failed'; readonly workflowId: WorkflowId; readonly error: ApiError };

export interface MemberOptions extends Pick<
  StreamOptions,
  'log' | 'fanOut' | 'snapshots' | 'seen'
> {
  readonly identity: Identity;
  readonly now: () => number;
  readonly threadId: string;
  /** Hears why a workflow cannot be read. */
  readonly onError: (error: unknown) => void;
}

/**
 * One of a thread's workflows, to its end. One that is damaged fails by itself, and not the thread.
 * @throws an AbortError when the signal aborts; EventLogError and ApiError `unavailable`, which mean all of them.
 */
export async function* followMember(
  { log, fanOut, snapshots, seen, identity, now, threadId, onError }: MemberOptions,
  { workflowId, after }: Pick<ThreadCursorEntry, 'workflowId' | 'after'>,
  { signal, onWait }: SourceStart,
): AsyncGenerator<MemberPart, void> {
  const streamed = { log, fanOut, snapshots, seen, workflowId, after, signal, onWait };
  try {
    // A cursor comes from a client, and may name anything.
    if (
      isMember(await findWorkflow({ log, identity, now }, workflowId, { toChange: true }), threadId)
    ) {
      for await (const chunk of streamWorkflow({ ...streamed, replay: 'events' })) {
        yield { kind: 'chunk', workflowId, chunk };
      }
    }
  } catch (thrown) {
    const error = toApiError(thrown);
    if (signal.aborted || error.code === 'unavailable') throw thrown;
    // Removed, some time after its end: nothing is left to tell.
    if (!isUnknown(thrown)) {
      onError(thrown);
      yield { kind: 'failed', workflowId, error };
      return;
    }
  }
  yield { kind: 'ended', workflowId };
}

function isMember(record: WorkflowRecord, threadId: string): boolean {
  return record.threadId === threadId;
}

/** Tells whether a workflow is not there, or not for whoever asks. */
export function isUnknown(error: unknown): boolean {
  return (
    (error instanceof ApiError || error instanceof EventLogError) &&
    error.code === 'unknown_workflow'
  );
}
