import type { StatusLine } from '@runtape/events';

/**
 * The stages of a workflow, each once however often it told how far it is: neighbours of one stage
 * become one, which began with the first of them and says what the last of them says.
 */
export function joinStages(statuses: readonly StatusLine[]): readonly StatusLine[] {
  const stages: StatusLine[] = [];
  for (const status of statuses) {
    const before = stages.at(-1);
    if (before?.stage === status.stage) {
      stages.splice(-1, 1, { ...status, id: before.id, at: before.at });
    } else {
      stages.push(status);
    }
  }
  return stages;
}
