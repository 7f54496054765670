import { decodeStoredEvents, formatEventId, type WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { Entry, MergedRange, Page, ReadRange, WorkflowRecord } from './read.ts';

const seqsSchema = z.array(z.int().positive());

/**
 * A closed part of a log in merged form. It is kept in addition to its entries, never instead of
 * them, and never changes. The segments of a log follow each other without a gap from the first
 * entry.
 */
export interface Segment {
  /**
   * The incarnation of the log when the segment was made. A log with another incarnation ignores
   * it.
   */
  readonly incarnation: string;
  /** Seq of the first entry. */
  readonly first: number;
  /** Seq of the last. */
  readonly last: number;
  /**
   * The format is that of `decodeSegment`; `null` where merging does not save enough space, so that
   * the entries are read from the log itself.
   */
  readonly text: string | null;
}

export interface SegmentStore {
  /**
   * The last seq that segments of the log's current incarnation cover; 0 when there are none.
   * @throws EventLogError `unknown_workflow`.
   */
  segmentsEnd(workflowId: WorkflowId): Promise<number>;
  read(workflowId: WorkflowId, range: ReadRange): Promise<Page>;
  /**
   * Keeps a segment, in one atomic step with the check that it belongs there: the log has this
   * incarnation and all its entries, and the segment follows the previous one. Calls for one log
   * take effect in order.
   * @returns whether the segment is stored, now or before.
   */
  keepSegment(workflowId: WorkflowId, segment: Segment): Promise<boolean>;
}

/** The segments of a page. */
export interface TakenSegments {
  /** The segments that follow the cursor and each other; may be empty. */
  readonly segments: readonly Segment[];
  /** If empty: the seq up to which entries have to be read from the log. */
  readonly upTo: number;
}

/**
 * Takes the segments of a page, up to the one that brings it to `maxBytes`.
 * @param segments the segments that end after `after`, in order.
 * @param record the record at the same moment: segments of another incarnation, or of entries that
 *   the log does not have, are ignored.
 */
export function takeSegments(
  segments: Iterable<Segment>,
  { incarnation, first, tail }: Pick<WorkflowRecord, 'incarnation' | 'first' | 'tail'>,
  { after, upTo = tail, maxBytes = Number.POSITIVE_INFINITY }: MergedRange,
): TakenSegments {
  const taken: Segment[] = [];
  let reached = after;
  let bytes = 0;
  for (const segment of segments) {
    const isInRange = segment.first >= first && segment.last <= Math.min(tail, upTo);
    if (segment.incarnation !== incarnation || !isInRange) break;
    if (segment.first !== reached + 1 || segment.text === null) {
      if (taken.length === 0) return { segments: [], upTo: segment.last };
      break;
    }
    taken.push(segment);
    reached = segment.last;
    bytes += segment.text.length;
    if (bytes >= maxBytes) break;
  }
  return { segments: taken, upTo: Math.max(upTo, after + 1) };
}

/**
 * Decodes consecutive segments, up to the first that cannot be decoded; from there the log itself
 * is read.
 */
export function decodeSegments(segments: readonly Segment[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const segment of segments) {
    const decoded = decodeSegment(segment);
    if (decoded === null) break;
    entries.push(...decoded);
  }
  return entries;
}

/** @returns `null` when the text is not valid for these entries. */
function decodeSegment({ incarnation, first, last, text }: Segment): readonly Entry[] | null {
  try {
    const [seqsText = '', eventsText = ''] = text?.split('\n') ?? [];
    const seqs = seqsSchema.parse(JSON.parse(seqsText));
    const events = decodeStoredEvents(eventsText);
    const isInOrder = seqs.every((seq, index) => seq > (seqs[index - 1] ?? first - 1));
    if (!isInOrder || seqs.at(-1) !== last || seqs.length !== events.length) return null;
    return events.map((event, index) => {
      const seq = seqs[index] ?? last;
      return { id: formatEventId({ incarnation, seq }), seq, event };
    });
  } catch {
    return null;
  }
}
