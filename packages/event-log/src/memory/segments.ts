import type { Segment } from '../port/segments.ts';
import type { StoredWorkflow } from './memory-store.ts';

/** The last seq that segments of the log's current incarnation cover. */
export function segmentsEnd(stored: StoredWorkflow): number {
  return segmentsOf(stored).at(-1)?.last ?? 0;
}

export function keepSegment(stored: StoredWorkflow, segment: Segment): boolean {
  const { incarnation, tail } = stored.record;
  const before = segmentsOf(stored);
  const end = before.at(-1)?.last ?? 0;
  if (segment.incarnation !== incarnation || segment.last > tail) return false;
  if (segment.last === end) return true;
  if (segment.first !== end + 1) return false;
  stored.segments = [...before, segment];
  return true;
}

function segmentsOf({ record, segments }: StoredWorkflow): readonly Segment[] {
  return segments.filter(({ incarnation }) => incarnation === record.incarnation);
}
