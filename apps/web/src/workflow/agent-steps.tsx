import type { AgentState, WorkflowSnapshot } from '@runtape/events';
import { isCutOffAgent } from '@runtape/workflow-state';
import type { ReactNode } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatCost, formatCount } from '../format/numbers.ts';
import { useNow } from '../format/use-now.ts';
import { laneColor } from '../ui/lane-colors.ts';
import { OutcomeIcon } from '../ui/outcome-icon.tsx';

/** The agents in a column, each with its current work, progress and cost. */
export function AgentSteps(props: {
  readonly workflow: WorkflowSnapshot;
  readonly isNow: boolean;
  /** The roles in the order of their lanes on the tape, which determines their colours. */
  readonly lanes: readonly string[];
}): ReactNode {
  const { workflow, isNow, lanes } = props;
  const { agents, updatedAt } = workflow;
  const runs = agents.some(({ status }) => status === 'running');
  const clock = useNow(1000, runs && isNow);
  // At a past moment, the time is that of the last event.
  const now = isNow || updatedAt === null ? clock : Date.parse(updatedAt);
  if (agents.length === 0) return null;
  return (
    <ol aria-label="Agents">
      {agents.map((agent) => (
        <li key={agent.agentId} className="group relative flex gap-3 pb-4 text-sm last:pb-0">
          <span
            aria-hidden
            className="absolute top-6 bottom-1 left-2 w-px bg-border group-last:hidden"
          />
          <OutcomeIcon outcome={isCutOffAgent(agent) ? 'cancelled' : agent.status} />
          <div className="min-w-0 flex-1">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium">{agent.name}</span>
              {lanes.includes(agent.role) && (
                <span
                  aria-hidden
                  className="h-1 w-3 self-center rounded-full"
                  style={{ background: laneColor(lanes.indexOf(agent.role)) }}
                />
              )}
              <span className="text-xs text-muted-foreground">{describeStep(agent)}</span>
              <span className="ml-auto text-xs text-muted-foreground tabular-nums">
                {describeUsage(agent, now)}
              </span>
            </p>
            <p className="min-h-5 break-words text-muted-foreground">
              {agent.error === null ? agent.message : agent.error.message}
            </p>
            {agent.status === 'running' && agent.progress !== null && (
              <progress
                value={agent.progress}
                aria-label={`Progress of ${agent.name}`}
                className="mt-1 block h-1 w-full accent-primary"
              />
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function describeStep({ name, role, step, steps, iteration }: AgentState): string {
  const parts = [
    role.toLowerCase() === name.toLowerCase() ? null : role,
    iteration === null ? null : `round ${iteration}`,
    step === null ? null : `step ${step}${steps === null ? '' : ` of ${steps}`}`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function describeUsage({ durationMs, startedAt, usage, cost }: AgentState, now: number): string {
  const parts = [
    formatDuration(durationMs ?? Math.max(0, now - Date.parse(startedAt))),
    usage === null ? null : `${formatCount(usage.totalTokens)} tokens`,
    usage === null ? null : formatCost(cost),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
