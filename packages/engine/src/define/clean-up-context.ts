import type { JsonValue } from '@runtape/event-log';
import type { Failure, WorkflowId } from '@runtape/events';
import type { Schema } from './schema.ts';
import type { LogLevel } from './workflow-context.ts';

/** How a workflow ends without completing. */
export type Unfinished =
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly error: Failure };

/** The context of a clean-up. */
export interface CleanUpContext {
  readonly workflowId: WorkflowId;
  /** Aborts after 15 s, or when another worker takes over and cleans up itself. */
  readonly signal: AbortSignal;
  readonly end: Unfinished;
  /**
   * The result of a completed step of any attempt; `undefined` when none fits.
   * @throws EngineError `async_schema`.
   */
  kept<T extends JsonValue>(step: string, result: Schema<unknown, T>): T | undefined;
  /** Writes a log line to the workflow. It is left out when the log is full. */
  log(level: LogLevel, message: string): Promise<void>;
}

/** A clean-up of external effects when a workflow does not complete. */
export interface CleanUp<Input> {
  /** Whether a workflow with this input needs a clean-up. Asked before the first attempt starts. */
  isNeeded(input: Input): boolean;
  /**
   * Runs on a worker right before `workflow:cancelled` or `workflow:failed`, also when no attempt
   * ran or its workers died. It may run again if the worker dies, so it must be idempotent. What it
   * throws becomes a warning in the workflow's log.
   */
  run(ctx: CleanUpContext, input: Input): Promise<void>;
}
