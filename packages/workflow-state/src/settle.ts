import type {
  AgentState,
  EventOf,
  StepState,
  TerminalType,
  ToolCallState,
  WorkflowSnapshot,
} from '@runtape/events';
import { CUT_OFF } from './cut-off.ts';

/**
 * At the end of a workflow nothing runs any more. A text that was cut off keeps `isComplete:
 * false`, which says so.
 */
export function settle(
  { tools, agents, steps }: WorkflowSnapshot,
  event: EventOf<TerminalType>,
): Pick<WorkflowSnapshot, 'tools' | 'agents' | 'steps'> {
  return {
    tools: settleRunning(tools, (tool) => endTool(tool, event)),
    agents: settleRunning(agents, (agent) => endAgent(agent, event)),
    steps: settleRunning(steps, (step) => endStep(step, event)),
  };
}

function endTool(tool: ToolCallState, event: EventOf<TerminalType>): ToolCallState {
  return { ...tool, status: 'failed', summary: CUT_OFF, durationMs: elapsed(tool, event) };
}

function endAgent(agent: AgentState, event: EventOf<TerminalType>): AgentState {
  const durationMs = elapsed(agent, event);
  if (event.type === 'workflow:completed') return { ...agent, status: 'completed', durationMs };
  const error = event.type === 'workflow:failed' ? event.data.error : null;
  return { ...agent, status: 'failed', durationMs, error };
}

function endStep(step: StepState, event: EventOf<TerminalType>): StepState {
  return { ...step, status: 'failed', durationMs: elapsed(step, event) };
}

function elapsed({ startedAt }: { startedAt: string }, event: EventOf<TerminalType>): number {
  return Math.max(0, Date.parse(event.timestamp) - Date.parse(startedAt));
}

/** Maps those that run; an array in which none does stays the same one. */
function settleRunning<Item extends { status: string }>(
  items: Item[],
  end: (item: Item) => Item,
): Item[] {
  const runs = ({ status }: Item): boolean => status === 'running';
  return items.some(runs) ? items.map((item) => (runs(item) ? end(item) : item)) : items;
}
