import { z } from 'zod';
import { eventIdSchema } from './id-schemas.ts';
import { agentSchema, logLineSchema, workflowSnapshotSchema } from './snapshot.ts';

export const resetReasonSchema = z.enum(['trimmed', 'ahead', 'other_incarnation']);

export const resetSchema = z.object({
  type: z.literal('reset'),
  data: z.object({
    reason: resetReasonSchema,
    /** The state of the log up to `cursor`; it replaces the client's whole state. */
    snapshot: workflowSnapshotSchema,
    cursor: eventIdSchema,
  }),
  timestamp: z.iso.datetime(),
});

export const workflowStateSchema = z.object({
  type: z.literal('workflow:state'),
  /** The state of the log up to the message's id. */
  data: z.object({ snapshot: workflowSnapshotSchema }),
  timestamp: z.iso.datetime(),
});

export const agentStateSchema = z.object({
  type: z.literal('agent:state'),
  data: z.object({ agent: agentSchema }),
  timestamp: z.iso.datetime(),
});

export const logStateSchema = z.object({
  type: z.literal('log:state'),
  /** At most the last 50 lines, oldest first. */
  data: z.object({ logs: z.array(logLineSchema) }),
  timestamp: z.iso.datetime(),
});

export const cursorMessageSchema = z.object({
  type: z.literal('cursor'),
  data: z.object({}),
  /** The time of the event at this position. */
  timestamp: z.iso.datetime(),
});

/**
 * How a reader without a cursor receives the history: as one `workflow:state`, or as its events.
 */
export const replaySchema = z.enum(['snapshot', 'events']);
