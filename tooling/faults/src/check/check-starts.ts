import type { Records } from '../records.ts';
import { allowanceOf } from './allowances.ts';
import type { Violation } from './violation.ts';

/** One key starts one workflow, regardless of repetitions, servers and lost responses. */
export function checkStarts({ starts, logs, faultWindows }: Records): readonly Violation[] {
  // A store that lost the key, with or without the workflow, cannot recognize a repetition.
  const remembered = starts.filter((start) => allowanceOf(faultWindows, start) !== 'lost');
  const twice = remembered.flatMap(({ key, workflowIds }) => {
    const [first, ...others] = new Set(workflowIds);
    return others.map((workflowId) =>
      violation(workflowId, `${key} started ${first} and ${workflowId}`),
    );
  });
  const answered = new Set(starts.flatMap(({ workflowIds }) => workflowIds));
  const unanswered = starts.filter(({ workflowIds }) => workflowIds.length === 0).length;
  // A start without any response may still have taken place, once.
  const mayBeMore = starts.length > remembered.length;
  const unknown = mayBeMore
    ? []
    : logs.filter(({ workflowId }) => !answered.has(workflowId)).slice(unanswered);
  return [
    ...twice,
    ...unknown.map(({ workflowId }) => violation(workflowId, 'does not belong to any start')),
  ];
}

function violation(workflowId: string, detail: string): Violation {
  return { kind: 'started_twice', workflowId, where: 'starts', events: 1, detail };
}
