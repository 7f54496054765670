import type { EventPage } from '@runtape/contract';
import { TimeSlice } from '@runtape/async';
import { cursorMismatch, type Entry, PAGE_BYTES, parseCursor } from '@runtape/event-log';
import { mergeTokens, type EventId } from '@runtape/events';
import type { ReadContext } from './read-context.ts';
import { ApiError } from '../errors/api-error.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';

/** The maximum log events examined for one page, and the maximum characters in it. */
const MAX_EVENTS = 20_000;
const MAX_CHARS = 500_000;
const READ_SIZE = 1000;

export interface MergedPageOptions {
  readonly workflowId: string;
  readonly after: EventId | null;
  /** The last requested event. */
  readonly upTo: EventId;
  readonly signal: AbortSignal;
}

/**
 * Reads events up to `upTo`, with neighbouring tokens merged; they fold to the state at that event.
 * A page ends with it or earlier; `next` is the cursor of its end.
 * @throws ApiError `unknown_workflow`, `unavailable`, and `malformed_cursor` when the log does not
 *   have both events; EventLogError; an AbortError when the signal aborts.
 */
export async function readMergedPage(
  ctx: ReadContext,
  { workflowId, after, upTo, signal }: MergedPageOptions,
): Promise<EventPage> {
  const record = await findWorkflow(ctx, workflowId);
  const [begin, end] = [parseCursor(after), parseCursor(upTo)];
  const [from, to] = [begin.seq, end.seq];
  if (from > to || [begin, end].some((cursor) => cursorMismatch(record, cursor) !== null)) {
    throw new ApiError(
      'malformed_cursor',
      'This workflow has no such events. Read its events from the first, or open the page anew.',
    );
  }
  const slice = new TimeSlice({ signal });
  let merged: readonly Entry[] = [];
  let [seq, chars] = [from, 0];
  while (seq < to && seq - from < MAX_EVENTS && chars < MAX_CHARS) {
    signal.throwIfAborted();
    if (slice.due) await slice.yield();
    const { entries, record: now } = await ctx.log.readMerged(record.workflowId, {
      after: seq,
      upTo: to,
      limit: READ_SIZE,
      maxBytes: PAGE_BYTES.answer,
    });
    const last = entries.at(-1)?.seq;
    if (last === undefined || cursorMismatch(now, end) !== null) {
      throw new ApiError('unavailable', 'The log was made anew while it was read. Try again.');
    }
    // The last entry may be merged with the first of these.
    merged = [...merged.slice(0, -1), ...mergeTokens([...merged.slice(-1), ...entries])];
    chars += weigh(entries);
    seq = last;
  }
  const events = merged.flatMap(({ id, event }) => [{ id, ...event }]);
  return { events, next: events.at(-1)?.id ?? after, ended: false };
}

function weigh(entries: readonly Entry[]): number {
  let chars = 0;
  for (const { event } of entries) {
    if (event.type === 'token') chars += event.data.content.length;
    else if (event.type === 'tool:returned') chars += event.data.output.length;
  }
  return chars;
}
