import type { AgentState, StatusLine, ToolCallState, WorkflowSnapshot } from '@runtape/events';
import { joinStages } from '@runtape/workflow-state';

/** One thing that happened, for a timeline. */
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

/** What happened in a workflow, in order: its stages, its agents, and the tools they called. */
export function timelineItems({ statuses, agents, tools }: Shown): readonly TimelineItem[] {
  const items: TimelineItem[] = [
    ...joinStages(statuses).map(
      (status) => ({ kind: 'status', at: status.at, key: status.id, status }) as const,
    ),
    ...agents.map(
      (agent) =>
        ({ kind: 'agent', at: agent.startedAt, key: `agent ${agent.agentId}`, agent }) as const,
    ),
    ...toolItems(tools),
  ];
  // Each list is in order already, and the sort is stable: at equal times stages come before
  // agents, and these before tools.
  return items.sort((a, b) => a.at.localeCompare(b.at));
}

/**
 * Models use the id of a call again, within an attempt and after it, so the id alone does not tell
 * calls apart.
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
