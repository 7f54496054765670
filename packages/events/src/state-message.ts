import { z } from 'zod';
import { agentSchema, logLineSchema } from './snapshot.ts';

const timestamp = z.iso.datetime();

export const agentStateSchema = z.object({
  type: z.literal('agent:state'),
  data: z.object({ agent: agentSchema }),
  timestamp,
});

/** One agent as a snapshot has it. Comes before the snapshot's message in plain streams. */
export type AgentStateMessage = z.infer<typeof agentStateSchema>;

export const logStateSchema = z.object({
  type: z.literal('log:state'),
  /** The last 50 at most, the oldest first. */
  data: z.object({ logs: z.array(logLineSchema) }),
  timestamp,
});

/** The latest log lines of a snapshot. Comes before the snapshot's message in plain streams. */
export type LogStateMessage = z.infer<typeof logStateSchema>;
