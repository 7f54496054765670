import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';

export const commandSchema = z.object({
  /**
   * `stalled` is not a request: the process that runs the workflow records that it blocked the
   * event loop.
   */
  type: z.enum(['cancel', 'pause', 'resume', 'stalled']),
  /** Who sent it, as shown to others. */
  by: z.string().max(200).optional(),
  reason: z.string().max(1000).optional(),
});

/** A request to a running workflow, usually by a person. */
export type Command = z.infer<typeof commandSchema>;

/**
 * How many commands a log keeps per workflow: only the newest matter, however often a user changes
 * their mind.
 */
export const KEPT_COMMANDS = 100;

/** A command as the log has it. */
export interface CommandEntry {
  /** From 1 within the workflow. */
  readonly seq: number;
  readonly command: Command;
  /** In ms since 1970. */
  readonly at: number;
}

/** Commands to the worker that runs a workflow. */
export interface CommandOperations {
  /**
   * Stores a command for the current or next worker of the workflow. One of the same type as the
   * newest adds nothing and is not stored again; the newest `KEPT_COMMANDS` are kept.
   * @returns the stored command, which may be the earlier one.
   * @throws `workflow_closed` after the end.
   */
  command(workflowId: WorkflowId, command: Command): Promise<CommandEntry>;

  /** Commands with a higher seq, in order. */
  commands(workflowId: WorkflowId, range: { after: number }): Promise<readonly CommandEntry[]>;

  /**
   * Calls `wake` when there may be new commands, until the signal aborts.
   * @returns once the watch is active.
   * @throws the signal's reason when it aborts before that.
   */
  watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal): Promise<void>;
}
