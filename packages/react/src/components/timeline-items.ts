import type { AgentState, StatusLine, ToolCallState, WorkflowSnapshot } from '@runtape/events';
import { collapseStages } from '@runtape/workflow-state';

/** One item of a timeline. */
export type TimelineItem =
  | {
      readonly kind: 'status';
      readonly at: string;
      readonly key: string;
      readonly status: StatusLine;
    }
  | {
      readonly kind: 'agent';
      readonly at: string;
      readonly key: string;
      readonly agent: AgentState;
    }
  | {
      readonly kind: 'tool';
      readonly at: string;
      readonly key: string;
      readonly tool: ToolCallState;
    };

type Shown = Pick<WorkflowSnapshot, 'statuses' | 'agents' | 'tools'>;

/** Returns the stages, agents and tool calls of a workflow, in order of time. */
export function timelineItems({ statuses, agents, tools }: Shown): readonly TimelineItem[] {
  const items: TimelineItem[] = [
    ...collapseStages(statuses).map(
      (status) => ({ kind: 'status', at: status.at, key: status.id, status }) as const,
    ),
    ...agents.map(
      (agent) =>
        ({ kind: 'agent', at: agent.startedAt, key: `agent ${agent.agentId}`, agent }) as const,
    ),
    ...toolItems(tools),
  ];
  // Each list is already in order, and the sort is stable: at equal times stages come before
  // agents, and agents before tools.
  return items.sort((a, b) => a.at.localeCompare(b.at));
}

/**
 * Models reuse the ids of calls, within an attempt and across attempts, so the id alone does not
 * identify a call.
 */
function toolItems(tools: readonly ToolCallState[]): readonly TimelineItem[] {
  const seen = new Map<string, number>();
  return tools.map((tool) => {
    const call = `tool ${tool.callId} ${tool.startedAt}`;
    const earlier = seen.get(call) ?? 0;
    seen.set(call, earlier + 1);
    return { kind: 'tool', at: tool.startedAt, key: `${call} ${earlier}`, tool };
  });
}
