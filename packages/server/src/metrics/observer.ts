import type { Entry } from '@runtape/event-log';
import type { ResetReason, WorkflowId } from '@runtape/events';

/** The kind of endpoint that serves a stream. */
export type Surface = 'trpc' | 'sse' | 'thread' | 'shared' | 'chat';

/** How a stream ended: with its workflow, because its client disconnected, or with an error. */
export type StreamOutcome = 'completed' | 'left' | 'failed';

export type StreamRefusal = 'too_many_streams' | 'too_many_attempts';

/**
 * Receives reports of streams, pages and starts. All counting and measuring is done by
 * implementations of this interface, outside of the streams. No method may throw.
 */
export interface Observer {
  streamOpened(surface: Surface): void;
  streamRefused(reason: StreamRefusal): void;
  streamEnded(
    surface: Surface,
    outcome: StreamOutcome,
    stream: { readonly durationMs: number; readonly events: number },
  ): void;
  /** Events were sent; called once per write, or once for the same write to many streams. */
  delivered(surface: Surface, events: number): void;
  /** Events were read from the log for a reader. */
  eventsRead(workflowId: WorkflowId, entries: readonly Entry[]): void;
  /** A reader's cursor did not fit the log. */
  cursorReset(reason: ResetReason): void;
  /** A page of events was requested instead of a stream. */
  polled(): void;
  /** A workflow was started through this server. */
  workflowStarted(workflowId: WorkflowId, workflow: string): void;
}
