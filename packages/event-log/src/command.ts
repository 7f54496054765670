import { z } from 'zod';

export const commandSchema = z.object({
  type: z.enum(['cancel', 'pause', 'resume']),
  /** Who asks, as shown to others. */
  by: z.string().max(200).optional(),
  reason: z.string().max(1000).optional(),
});

/** Something a person asks of a running workflow. */
export type Command = z.infer<typeof commandSchema>;

/** A command as the log has it. */
export interface CommandEntry {
  /** From 1 within the workflow. */
  readonly seq: number;
  readonly command: Command;
  /** In ms since 1970. */
  readonly at: number;
}
