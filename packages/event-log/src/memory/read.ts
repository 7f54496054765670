import type { WorkflowId } from '@runtape/events';
import { mergeTokens } from '@runtape/events';
import {
  checkMergedRange,
  checkRange,
  type MergedRange,
  type Page,
  type ReadRange,
} from '../port/read.ts';
import { decodeSegments, takeSegments } from '../port/segments.ts';
import type { Dependencies } from './memory-store.ts';

export function read(
  { store }: Pick<Dependencies, 'store'>,
  workflowId: WorkflowId,
  range: ReadRange,
): Page {
  checkRange(range);
  const stored = store.find(workflowId);
  return { entries: store.entries(stored, range), record: stored.record };
}

export function readMerged(
  dependencies: Dependencies,
  workflowId: WorkflowId,
  range: MergedRange,
): Page {
  checkMergedRange(range);
  const stored = dependencies.store.find(workflowId);
  const { after, limit, maxBytes } = range;
  const later = stored.segments.filter(({ last }) => last > after);
  const { segments, upTo } = takeSegments(later, stored.record, range);
  const merged = decodeSegments(segments);
  if (merged.length > 0) return { entries: merged, record: stored.record };
  dependencies.segmentWriter.notice(stored.record);
  const some = { after, limit: Math.min(limit, upTo - after), maxBytes };
  const { entries, record } = read(dependencies, workflowId, some);
  return { entries: mergeTokens(entries), record };
}
