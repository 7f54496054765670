import type { AgentState, EventOf } from '@runtape/events';
import { withoutUndefined } from './without-undefined.ts';

type AgentEvent = EventOf<'agent:started' | 'agent:progress' | 'agent:completed' | 'agent:failed'>;

/**
 * Adds or updates an agent; an agent that starts again replaces its earlier state. Updates of an
 * unknown agent are ignored.
 */
export function foldAgent(agents: AgentState[], event: AgentEvent): AgentState[] {
  const index = agents.findIndex(({ agentId }) => agentId === event.data.agentId);
  const agent = agents[index];
  if (event.type === 'agent:started') {
    return agent === undefined ? [...agents, started(event)] : agents.with(index, started(event));
  }
  return agent === undefined ? agents : agents.with(index, updated(agent, event));
}

function started({ data, timestamp, metadata }: EventOf<'agent:started'>): AgentState {
  return withoutUndefined({
    agentId: data.agentId,
    name: data.name,
    role: data.role,
    model: data.model,
    status: 'running',
    message: '',
    step: null,
    steps: null,
    iteration: null,
    progress: null,
    startedAt: timestamp,
    durationMs: null,
    usage: null,
    cost: null,
    error: null,
    inStep: metadata?.step,
  });
}

function updated(
  agent: AgentState,
  { type, data }: Exclude<AgentEvent, { type: 'agent:started' }>,
): AgentState {
  switch (type) {
    case 'agent:progress': {
      const { message = agent.message, step = agent.step, steps = agent.steps } = data;
      const { iteration = agent.iteration, progress = agent.progress } = data;
      const { usage = agent.usage, cost = agent.cost } = data;
      return { ...agent, message, step, steps, iteration, progress, usage, cost };
    }
    case 'agent:completed': {
      const { durationMs, usage, cost, summary: message = agent.message } = data;
      return { ...agent, status: 'completed', durationMs, usage, cost, message };
    }
    case 'agent:failed':
      return { ...agent, status: 'failed', durationMs: data.durationMs, error: data.error };
  }
}
