import type { EventOf } from '@runtape/events';

type AgentEvent = EventOf<'agent:started' | 'agent:progress' | 'agent:completed' | 'agent:failed'>;

/** What a person should read about an agent, or `null` for nothing. */
export function describeAgent(event: AgentEvent): string | null {
  const text = describe(event);
  return text === null ? null : `${event.data.agentId}: ${text}`;
}

function describe(event: AgentEvent): string | null {
  switch (event.type) {
    case 'agent:started':
      return event.data.model === undefined ? 'begins.' : `begins, with ${event.data.model}.`;
    case 'agent:progress':
      return event.data.message ?? null;
    case 'agent:completed': {
      const { summary, usage, cost, durationMs } = event.data;
      const tokens = usage === null ? [] : [`${usage.totalTokens} tokens`];
      const price = cost === null ? 'cost unknown' : `$${cost.toFixed(4)}`;
      const took = [`${(durationMs / 1000).toFixed(1)} s`, ...tokens, price].join(', ');
      return `${summary ?? 'Done.'} (${took})`;
    }
    case 'agent:failed':
      return `failed (${event.data.error.code}): ${event.data.error.message}`;
  }
}
