import type { AgentStateMessage, LogStateMessage, WorkflowStateMessage } from '@runtape/events';
import type { SseFormat } from './format.ts';

/** Our own events: `event:` is their type, `data:` all of the event and its id. */
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

/** How many log lines a plain client gets when it connects. */
const LOGS = 50;

/**
 * What a plain client can show without reading the whole snapshot: each agent, and the last 50 log
 * lines. Says nothing that the snapshot does not, so who reads that can pass over these.
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
