import type { AgentStateMessage, LogStateMessage, WorkflowStateMessage } from '@runtape/events';
import type { SseFormat } from './format.ts';

/** The events themselves: `event:` is the type, `data:` is the event with its id. */
export const native: SseFormat = {
  types: null,
  ofEntry: ({ id, event }) => ({ event: event.type, data: { id, ...event } }),
  ofSnapshot(id, message) {
    return [...(message.type === 'workflow:state' ? splitState(message) : []), message].map(
      (part) => ({
        event: part.type,
        data: { id, ...part },
      }),
    );
  },
};

/** The number of log lines that a client receives with a snapshot. */
const LOGS = 50;

/**
 * Makes messages for clients that do not read the snapshot: each agent, and the last 50 log lines.
 * They repeat parts of the snapshot.
 */
function splitState({
  data,
  timestamp,
}: WorkflowStateMessage): readonly (AgentStateMessage | LogStateMessage)[] {
  const { agents, logs } = data.snapshot;
  const messages: (AgentStateMessage | LogStateMessage)[] = agents.map((agent) => ({
    type: 'agent:state',
    data: { agent },
    timestamp,
  }));
  if (logs.length > 0)
    messages.push({ type: 'log:state', data: { logs: logs.slice(-LOGS) }, timestamp });
  return messages;
}
