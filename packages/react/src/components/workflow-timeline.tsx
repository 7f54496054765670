import { type AgentState, hasEnded, type StatusLine, type WorkflowSnapshot } from '@runtape/events';
import { isCutOffAgent } from '@runtape/workflow-state';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { type TimelineItem, timelineItems } from './timeline-items.ts';
import { ToolCall } from './tool-call.tsx';

const MS = 1000;

export interface WorkflowTimelineProps {
  /** The workflow to show. Pass `{ ...workflow, agents: [] }` if its agents are shown elsewhere. */
  readonly workflow: Pick<WorkflowSnapshot, 'statuses' | 'agents' | 'tools'> &
    Partial<Pick<WorkflowSnapshot, 'status'>>;
  /** The name of the list. Default: "What happened". */
  readonly label?: string | undefined;
  readonly className?: string | undefined;
}

/**
 * A list of what happened in a workflow, in order: stages, agents with role and iteration, and tool
 * calls with collapsible results.
 */
export function WorkflowTimeline(props: WorkflowTimelineProps): ReactNode {
  const { workflow, label = 'What happened', className } = props;
  const items = timelineItems(workflow);
  // A workflow that has ended shows no progress, wherever its last stage stopped.
  const runs = workflow.status === undefined || !hasEnded(workflow.status);
  const stage = runs ? items.findLast(({ kind }) => kind === 'status') : undefined;
  if (items.length === 0) return <p className="text-sm opacity-80">Nothing has happened yet.</p>;
  return (
    <ol className={classes('space-y-3 text-sm', className)} aria-label={label}>
      {items.map((item) => (
        <li key={item.key} className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-2">
          <time dateTime={item.at} className="font-mono text-xs leading-5 opacity-80">
            {new Date(item.at).toLocaleTimeString('en-GB')}
          </time>
          <Item item={item} isNow={item === stage} />
        </li>
      ))}
    </ol>
  );
}

function Item(props: { readonly item: TimelineItem; readonly isNow: boolean }): ReactNode {
  const { item, isNow } = props;
  switch (item.kind) {
    case 'status':
      return <Stage status={item.status} isNow={isNow} />;
    case 'agent':
      return <Agent agent={item.agent} />;
    case 'tool':
      return <ToolCall call={item.tool} />;
  }
}

function Stage(props: { readonly status: StatusLine; readonly isNow: boolean }): ReactNode {
  const { message, progress } = props.status;
  return (
    <div>
      <p>{message}</p>
      {props.isNow && progress !== undefined && progress < 1 && (
        <progress value={progress} aria-label={message} className="h-1 w-full" />
      )}
    </div>
  );
}

function Agent({ agent }: { readonly agent: AgentState }): ReactNode {
  const { name, role, status, message, iteration, durationMs, error } = agent;
  const facts = [
    iteration === null ? '' : `iteration ${iteration}`,
    durationMs === null ? '' : `${(durationMs / MS).toFixed(1)} s`,
  ].filter(Boolean);
  return (
    <div>
      <p>
        <strong className="font-medium">{name}</strong>{' '}
        <span className="opacity-80">
          {[role, isCutOffAgent(agent) ? 'stopped' : agentWords[status], ...facts].join(' · ')}
        </span>
      </p>
      {message !== '' && <p className="opacity-80">{message}</p>}
      {error !== null && <p className="text-red-700 dark:text-red-300">{error.message}</p>}
    </div>
  );
}

const agentWords: Readonly<Record<AgentState['status'], string>> = {
  running: 'at work',
  completed: 'done',
  failed: 'failed',
};
