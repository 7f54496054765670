import type {
  AgentState,
  EventOf,
  StepState,
  TerminalType,
  ToolCallState,
  WorkflowSnapshot,
} from '@runtape/events';

const CUT_OFF = 'The workflow ended before this call returned.';

/**
 * Ends the tools, agents and steps that are still running when their workflow ends. A text that was
 * cut off keeps `isComplete: false`.
 */
export function endRunning(
  { tools, agents, steps }: WorkflowSnapshot,
  event: EventOf<TerminalType>,
): Pick<WorkflowSnapshot, 'tools' | 'agents' | 'steps'> {
  return {
    tools: mapRunning(tools, (tool) => endTool(tool, event)),
    agents: mapRunning(agents, (agent) => endAgent(agent, event)),
    steps: mapRunning(steps, (step) => endStep(step, event)),
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

/** Ends the running items; returns the same array if nothing is running. */
function mapRunning<Item extends { status: string }>(
  items: Item[],
  end: (item: Item) => Item,
): Item[] {
  const runs = ({ status }: Item): boolean => status === 'running';
  return items.some(runs) ? items.map((item) => (runs(item) ? end(item) : item)) : items;
}

/** Whether a call did not fail, but was still running when its workflow ended. */
export function isCutOffCall({
  status,
  summary,
}: Pick<ToolCallState, 'status' | 'summary'>): boolean {
  return status === 'failed' && summary === CUT_OFF;
}

/**
 * Whether an agent did not fail, but was still running when its workflow was cancelled, by a user
 * or by its budget.
 */
export function isCutOffAgent({ status, error }: Pick<AgentState, 'status' | 'error'>): boolean {
  return status === 'failed' && error === null;
}
