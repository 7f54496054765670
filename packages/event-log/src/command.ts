import { z } from 'zod';

export const commandSchema = z.object({
  /** `stalled` nobody asks for: the process that ran the workflow notes that it held the event loop. */
  type: z.enum(['cancel', 'pause', 'resume', 'stalled']),
  /** Who asks, as shown to others. */
  by: z.string().max(200).optional(),
  reason: z.string().max(1000).optional(),
});

/** Something that is asked of a running workflow, mostly by a person. */
export type Command = z.infer<typeof commandSchema>;

/** How many commands of one workflow a log keeps: only the newest count, however often somebody changes their mind. */
export const KEPT_COMMANDS = 100;

/** A command as the log has it. */
export interface CommandEntry {
  /** From 1 within the workflow. */
  readonly seq: number;
  readonly command: Command;
  /** In ms since 1970. */
  readonly at: number;
}
