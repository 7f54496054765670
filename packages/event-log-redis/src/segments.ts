import {
  checkMergedRange,
  decodeSegments,
  type MergedRange,
  mergeTokens,
  type Page,
  type Segment,
  type SegmentKeeper,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { read } from './read.ts';
import { recordValuesSchema, toRecord } from './record.ts';
import type { Store } from './records.ts';
import { accepted } from './reply.ts';
import { KEEP_SEGMENT, SEGMENTS_END } from './scripts/keep-segment.ts';
import { READ_SEGMENTS } from './scripts/read.ts';

/** What one read takes from Redis at most, whatever is asked for. */
const MOST_BYTES = 1024 * 1024;

const seq = z.coerce.number().int().nonnegative();
const segmentSchema = z
  .tuple([seq, seq, z.string()])
  .transform(([first, last, text]) => ({ first, last, text }));
const pageSchema = z.tuple([recordValuesSchema, z.array(segmentSchema), z.string()]);
const numberSchema = z.tuple([z.number()]);

export interface Merging extends Store {
  readonly segments: SegmentKeeper;
}

/** Reads a page of history from its segments, or where there are none from its events. */
export async function readMerged(
  merging: Merging,
  workflowId: WorkflowId,
  range: MergedRange,
): Promise<Page> {
  checkMergedRange(range);
  const { connection, keys } = merging;
  const { metadata, history, segments } = keys.of(workflowId);
  const { after, limit, upTo = '', maxBytes = MOST_BYTES } = range;
  const args = [after, upTo, Math.min(maxBytes, MOST_BYTES)];
  const reply = await connection.script(READ_SEGMENTS, [metadata, history, segments], args);
  const [fields, found, rawUpTo] = pageSchema.parse(accepted(reply, { workflowId }));
  const record = toRecord(workflowId, fields ?? {});
  const { incarnation } = record;
  const merged = decodeSegments(
    found.map(({ first, last, text }) => ({ incarnation, first, last, text })),
  );
  if (merged.length > 0) return { entries: merged, record };
  merging.segments.notice(record);
  const most = rawUpTo === '' ? limit : Math.min(limit, Math.max(1, Number(rawUpTo) - after));
  const page = await read(merging, workflowId, { after, limit: most, maxBytes });
  return { record: page.record, entries: mergeTokens(page.entries) };
}

/** Up to which seq a history has segments. @throws EventLogError `unknown_workflow`. */
export async function segmentsEnd(
  { connection, keys }: Store,
  workflowId: WorkflowId,
): Promise<number> {
  const { metadata, segments } = keys.of(workflowId);
  const reply = await connection.script(SEGMENTS_END, [metadata, segments], []);
  return numberSchema.parse(accepted(reply, { workflowId }))[0];
}

/** Keeps a segment, if it belongs there. */
export async function keepSegment(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  { incarnation, first, last, text }: Segment,
): Promise<boolean> {
  const { metadata, segments } = keys.of(workflowId);
  const args = [incarnation, first, last, text ?? ''];
  const reply = await connection.script(KEEP_SEGMENT, [metadata, segments], args);
  return numberSchema.parse(accepted(reply, { workflowId }))[0] === 1;
}
