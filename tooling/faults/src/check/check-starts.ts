import type { Records } from '../records.ts';
import { allowanceOf } from './allowances.ts';
import type { Violation } from './violation.ts';

/**
 * One key, one workflow: however often it was sent, to whichever server, whatever answer was lost.
 */
export function checkStarts({ starts, logs, faultWindows }: Records): readonly Violation[] {
  // A store that forgot the key with the workflow, or without it, cannot know that it is asked
  // again.
  const remembered = starts.filter((start) => allowanceOf(faultWindows, start) !== 'lost');
  const twice = remembered.flatMap(({ key, workflowIds }) => {
    const [first, ...others] = new Set(workflowIds);
    return others.map((workflowId) =>
      violation(workflowId, `${key} started ${first} and ${workflowId}`),
    );
  });
  const answered = new Set(starts.flatMap(({ workflowIds }) => workflowIds));
  const unanswered = starts.filter(({ workflowIds }) => workflowIds.length === 0).length;
  // A start whose every answer was lost may have taken place, once.
  const mayBeMore = starts.length > remembered.length;
  const unknown = mayBeMore
    ? []
    : logs.filter(({ workflowId }) => !answered.has(workflowId)).slice(unanswered);
  return [
    ...twice,
    ...unknown.map(({ workflowId }) => violation(workflowId, 'belongs to no start')),
  ];
}

function violation(workflowId: string, detail: string): Violation {
  return { kind: 'started_twice', workflowId, where: 'starts', events: 1, detail };
}
