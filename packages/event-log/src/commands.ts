import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';

export const commandSchema = z.object({
  /**
   * `stalled` nobody asks for: the process that ran the workflow notes that it held the event loop.
   */
  type: z.enum(['cancel', 'pause', 'resume', 'stalled']),
  /** Who asks, as shown to others. */
  by: z.string().max(200).optional(),
  reason: z.string().max(1000).optional(),
});

/** Something that is asked of a running workflow, mostly by a person. */
export type Command = z.infer<typeof commandSchema>;

/**
 * How many commands of one workflow a log keeps: only the newest count, however often somebody
 * changes their mind.
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

/** Commands to whoever runs a workflow. */
export interface CommandOperations {
  /**
   * Stores a command for whoever runs the workflow, or will. One of the same type as the newest
   * adds nothing to it and is not stored again; the newest `KEPT_COMMANDS` are kept.
   * @returns the command as it is stored, also when it was before.
   * @throws `workflow_closed` after the end.
   */
  command(workflowId: WorkflowId, command: Command): Promise<CommandEntry>;

  /** Commands with a higher seq, in order. */
  commands(workflowId: WorkflowId, range: { after: number }): Promise<readonly CommandEntry[]>;

  /**
   * Calls `wake` when there may be new commands, until the signal aborts.
   * @returns once watching is in force. @throws the signal's reason when it aborts before that.
   */
  watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal): Promise<void>;
}
