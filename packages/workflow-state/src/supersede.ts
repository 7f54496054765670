import type { WorkflowSnapshot } from '@runtape/events';

/**
 * Drops what an attempt that is over left unfinished: the next attempt makes it again. What was
 * emitted in a step stays when the step completed, for then it is not run again. Outside of any
 * step, what is finished stays as history, and what is not goes, for nothing will ever finish it.
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

/** Filters, but an array that loses nothing stays the same one. */
function keep<Item>(items: Item[], stays: (item: Item) => boolean): Item[] {
  return items.every(stays) ? items : items.filter(stays);
}
