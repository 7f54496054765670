import { decodeStoredEvents, formatEventId, type WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { Entry, MergedRange, Page, ReadRange, WorkflowRecord } from './read.ts';

const seqsSchema = z.array(z.int().positive());

/**
 * A closed part of a log in merged form. It is kept beside the entries that it stands for, never
 * instead of them. A segment never changes. Those of a log follow each other without a gap from the
 * first entry on.
 */
export interface Segment {
  /** Of the log when it was made. A log that has another by now ignores it. */
  readonly incarnation: string;
  /** Seq of the first entry that it stands for. */
  readonly first: number;
  /** Seq of the last. */
  readonly last: number;
  /**
   * As `decodeSegment` reads it; `null` where merging is not worth the room: the entries are then
   * read from the log itself.
   */
  readonly text: string | null;
}

/** Where the segments of logs are kept. */
export interface SegmentStore {
  /**
   * Up to which seq a log has segments under the incarnation that it has; 0 when it has none.
   * @throws EventLogError `unknown_workflow`.
   */
  segmentsEnd(workflowId: WorkflowId): Promise<number>;
  read(workflowId: WorkflowId, range: ReadRange): Promise<Page>;
  /**
   * Keeps a segment, in one atomic step with the check that it belongs there: the log has this
   * incarnation and all its entries, and the segment follows the one before it. Calls for one log
   * take effect in the order they were made.
   * @returns whether it is there: it was kept now, or the log had it already.
   */
  keepSegment(workflowId: WorkflowId, segment: Segment): Promise<boolean>;
}

/** What of a page can be had merged. */
export interface TakenSegments {
  /** Those that follow the cursor and each other; may be none. */
  readonly segments: readonly Segment[];
  /** When there are none: up to which seq entries have to be read from the log. */
  readonly upTo: number;
}

/**
 * Takes what a page may hold of the segments of a log, up to the one that brings it to `maxBytes`.
 * @param segments those that end after `after`, in order.
 * @param record of the same moment: a segment of another incarnation, or of entries that the log
 *   does not have, is none.
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
    const isThere = segment.first >= first && segment.last <= Math.min(tail, upTo);
    if (segment.incarnation !== incarnation || !isThere) break;
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
 * Reads the merged entries of segments that follow each other, up to one that cannot be read: of
 * that the log itself tells.
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

/** @returns `null` when the text is not what `SegmentBuilder` makes of such entries. */
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
