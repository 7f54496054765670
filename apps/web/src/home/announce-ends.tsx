import type { WorkflowListItem } from '@runtape/client';
import { hasEnded, type WorkflowStatus } from '@runtape/events';
import { type ReactNode, useState } from 'react';
import { statusWord } from '../ui/status-badge.tsx';

/** Says, for those who do not see the list, when a workflow in it has ended. */
export function AnnounceEnds(props: {
  readonly workflows: readonly WorkflowListItem[];
}): ReactNode {
  const { workflows } = props;
  const [heard, setHeard] = useState({
    workflows,
    statuses: statusesOf(workflows),
    words: '',
  });
  if (heard.workflows !== workflows) {
    const ended = workflows.filter(({ workflowId, status }) => {
      const before = heard.statuses.get(workflowId);
      return before !== undefined && !hasEnded(before) && hasEnded(status);
    });
    const words = ended.map(({ title, status }) => `${statusWord(status)}: ${title}.`).join(' ');
    setHeard({ workflows, statuses: statusesOf(workflows), words: words || heard.words });
  }
  return <output className="sr-only">{heard.words}</output>;
}

function statusesOf(workflows: readonly WorkflowListItem[]): Map<string, WorkflowStatus> {
  return new Map(workflows.map(({ workflowId, status }) => [workflowId, status]));
}
