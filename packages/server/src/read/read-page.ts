import type { EventItem, EventPage } from '@runtape/contract';
import { LinkedAbortController, TimeSlice } from '@runtape/async';
import {
  type CursorMismatchReason,
  type Entry,
  parseCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import { type EventId, hasEnded, isTerminal } from '@runtape/events';
import { Deadline } from '../limits/deadline.ts';
import { linkExpiryOf } from '../accounts/identity.ts';
import type { ReadContext } from './read-context.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { makeReset } from './snapshots/snapshot-messages.ts';
import { streamWorkflow } from './stream-workflow.ts';

const DEFAULT_LIMIT = 500;
/** The maximum reads of the log for one page, as a filter may leave out most entries. */
const MAX_READS = 10;

export interface PageOptions {
  readonly workflowId: string;
  readonly after: EventId | null;
  /** The number of log events to examine, 1 to 1,000; fewer if they are large. Default: 500. */
  readonly limit?: number | undefined;
  /** Only events of these types, and in any case the terminal one. Default: all. */
  readonly types?: ReadonlySet<string> | undefined;
  /** Only events whose JSON contains this text, ignoring case. Default: all. */
  readonly contains?: string | undefined;
  /** How long to wait if there is no event, in ms. Default: 0. */
  readonly waitMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads a page of events after a cursor. If it is empty and not `ended`, there are no new events
 * yet, or none that pass the filters.
 * @throws ApiError `unknown_workflow`, `unavailable`, and `too_many_streams` or `too_many_attempts`
 *   when it may have to wait; EventLogError; an AbortError when the signal aborts.
 */
export async function readPage(ctx: ReadContext, options: PageOptions): Promise<EventPage> {
  ctx.observer.polled();
  const { waitMs = 0 } = options;
  using _ = waitMs > 0 ? ctx.streams.acquireWaiting(ctx) : null;
  const page = await readOn(ctx, options);
  if (page.events.length > 0 || page.ended || waitMs === 0) return page;
  await waitForEvents(ctx, { ...options, after: page.next, waitMs });
  return await readOn(ctx, { ...options, after: page.next });
}

/** Reads until there is something to return or nothing more to read. */
async function readOn(ctx: ReadContext, options: PageOptions): Promise<EventPage> {
  let { after } = options;
  const slice = new TimeSlice({ signal: options.signal });
  for (let reads = 1; ; reads += 1) {
    options.signal.throwIfAborted();
    if (slice.due) await slice.yield();
    const { page, isLast } = await readOnce(ctx, { ...options, after });
    if (page.events.length > 0 || isLast || reads === MAX_READS) return page;
    after = page.next;
  }
}

interface ReadPage {
  readonly page: EventPage;
  readonly isLast: boolean;
}

async function resetPage(
  { snapshots, observer }: ReadContext,
  record: WorkflowRecord,
  reason: CursorMismatchReason,
  signal: AbortSignal,
): Promise<ReadPage> {
  observer.cursorReset(reason);
  const { id, message } = await makeReset(snapshots, record, reason, signal);
  const ended = hasEnded(message.data.snapshot.status);
  return { page: { events: [{ id, ...message }], next: id, ended }, isLast: true };
}

async function readOnce(
  ctx: ReadContext,
  { workflowId, after, limit = DEFAULT_LIMIT, types, contains, signal }: PageOptions,
): Promise<ReadPage> {
  const found = await findWorkflow(ctx, workflowId);
  const { entries, record, mismatch } = await ctx.fanOut.readPage(found, { after, limit });
  if (mismatch !== null) return await resetPage(ctx, record, mismatch, signal);
  ctx.observer.eventsRead(record.workflowId, entries);
  const last = entries.at(-1);
  const isLast = (last?.seq ?? parseCursor(after).seq) >= record.tail;
  const isAsked = filterOf(types, contains);
  const events: EventItem[] = [];
  const slice = new TimeSlice({ signal });
  for (const entry of entries) {
    if (slice.due) await slice.yield();
    if (isAsked(entry)) events.push({ id: entry.id, ...entry.event });
  }
  return {
    page: { events, next: last?.id ?? after, ended: isLast && hasEnded(record.status) },
    isLast,
  };
}

function filterOf(
  types: ReadonlySet<string> | undefined,
  contains: string | undefined,
): (entry: Entry) => boolean {
  // Escaped like the JSON that is searched.
  const sought =
    contains === undefined ? null : JSON.stringify(contains).slice(1, -1).toLowerCase();
  return ({ event }) =>
    (types === undefined || types.has(event.type) || isTerminal(event)) &&
    (sought === null || JSON.stringify(event).toLowerCase().includes(sought));
}

/**
 * Resolves when there may be something to read, when the time is up, or when the server is about to
 * stop.
 */
async function waitForEvents(
  ctx: ReadContext,
  { workflowId, after, types, waitMs, signal }: PageOptions & { readonly waitMs: number },
): Promise<void> {
  const record = await findWorkflow(ctx, workflowId);
  const timeIsUp = new AbortController();
  using session = new Deadline(ctx.identity.expiresAt, ctx.now);
  using link = new Deadline(linkExpiryOf(ctx.identity, record), ctx.now);
  const expired = [session.signal, link.signal];
  using abort = new LinkedAbortController(signal, ctx.draining, timeIsUp.signal, ...expired);
  const timer = setTimeout(() => timeIsUp.abort(), waitMs);
  const stream = { workflowId: record.workflowId, after, types, replay: 'events' as const };
  try {
    for await (const chunk of streamWorkflow({ ...ctx, ...stream, signal: abort.signal })) {
      if (chunk.kind !== 'cursor') return;
    }
  } catch (error) {
    if (signal.aborted || !abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}
