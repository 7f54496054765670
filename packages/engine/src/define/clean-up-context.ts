import type { JsonValue } from '@runtape/event-log';
import type { Failure, WorkflowId } from '@runtape/events';
import type { z } from 'zod';
import type { LogLevel } from './workflow-context.ts';

/** How a workflow ends that does not complete. */
export type Unfinished =
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly error: Failure };

/** What a definition has while it cleans up. */
export interface CleanUpContext {
  readonly workflowId: WorkflowId;
  /** Aborts after 15 s, or when another worker takes over and cleans up itself. */
  readonly signal: AbortSignal;
  readonly end: Unfinished;
  /**
   * The result of a completed step, of whichever attempt; `undefined` when there is none that fits.
   */
  kept<T extends JsonValue>(step: string, result: z.ZodType<T>): T | undefined;
  /**
   * Tells those who watch, and who read the log later. Where there is no room for it, it is left
   * out.
   */
  log(level: LogLevel, message: string): Promise<void>;
}

/** What is left to do elsewhere when a workflow does not complete. */
export interface CleanUp<Input> {
  /**
   * Whether a workflow with this input leaves something behind. Asked before the first attempt does
   * anything.
   */
  isNeeded(input: Input): boolean;
  /**
   * Runs on a worker, right before `workflow:cancelled` or `workflow:failed`, also when the
   * workflow was cancelled while no attempt ran, or its workers died. May run again when the worker
   * dies in it, so it must be harmless when repeated. What it throws is told to those who watch as
   * a warning.
   */
  run(ctx: CleanUpContext, input: Input): Promise<void>;
}
