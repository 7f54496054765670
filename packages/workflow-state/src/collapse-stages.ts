import type { StatusLine } from '@runtape/events';

/**
 * Collapses consecutive status lines of one stage into one, with the first one's id and start time
 * and the last one's other fields.
 */
export function collapseStages(statuses: readonly StatusLine[]): readonly StatusLine[] {
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
