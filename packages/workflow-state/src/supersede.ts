import type { WorkflowSnapshot } from '@runtape/events';

/**
 * Drops the unfinished work of an earlier attempt, which the next attempt repeats. Work in a step
 * stays if the step completed, because it is not run again. Outside any step, finished work stays
 * as history, and unfinished work is dropped because nothing will finish it.
 */
export function supersede({
  parts,
  tools,
  agents,
  steps,
}: WorkflowSnapshot): Pick<WorkflowSnapshot, 'parts' | 'tools' | 'agents' | 'steps'> {
  const completed = new Set(
    steps.filter(({ status }) => status === 'completed').map(({ step }) => step),
  );
  const stays = (step: string | undefined, isFinished: boolean): boolean =>
    step === undefined ? isFinished : completed.has(step);
  return {
    parts: keep(parts, ({ step, isComplete }) => stays(step, isComplete)),
    tools: keep(tools, ({ step, status }) => stays(step, status !== 'running')),
    agents: keep(agents, ({ inStep, status }) => stays(inStep, status !== 'running')),
    steps: keep(steps, ({ status }) => status === 'completed'),
  };
}

/** Filters an array; returns the same one if nothing is dropped. */
function keep<Item>(items: Item[], stays: (item: Item) => boolean): Item[] {
  return items.every(stays) ? items : items.filter(stays);
}
