import { LinkedAbortController, TimeSlice } from '@runtape/async';
import {
  type CursorMismatchReason,
  type Entry,
  parseCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import { type EventId, hasEnded, isTerminal, type StreamMessage } from '@runtape/events';
import { Deadline } from '../../limits/deadline.ts';
import { linkEndOf } from '../../accounts/identity.ts';
import type { StreamContext } from '../streams/stream-context.ts';
import { findWorkflow } from '../../accounts/find-workflow.ts';
import { makeReset } from '../snapshots/snapshot-messages.ts';
import { streamWorkflow } from '../streams/stream-workflow.ts';

const DEFAULT_LIMIT = 500;
export const MAX_LIMIT = 1000;
/** Reads of the log for one page, when most of what is in it was not asked for. */
const MOST_READS = 10;

/** One message of a stream with its id in it. */
export type EventItem = StreamMessage & { readonly id: EventId };

/** Some of a workflow's events, for those who cannot stream. */
export interface EventPage {
  /** In order; a single `reset` when `after` does not fit the log. */
  readonly events: readonly EventItem[];
  /** Pass as `after` to go on; `null` while there is nothing to go on from. */
  readonly next: EventId | null;
  /** True when the workflow has ended and nothing comes after this page. */
  readonly ended: boolean;
}

export interface PageOptions {
  readonly workflowId: string;
  readonly after: EventId | null;
  /**
   * How many events of the log to look at, 1 to 1,000; fewer where they are large. Default: 500.
   */
  readonly limit?: number | undefined;
  /** Only events of these types, and in any case the terminal one. Default: all. */
  readonly types?: ReadonlySet<string> | undefined;
  /**
   * Only events that have this text somewhere in their JSON, in upper or lower case. Default: all.
   */
  readonly contains?: string | undefined;
  /** How long to wait for an event when there is none, in ms. Default: not at all. */
  readonly waitMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * A page of events after a cursor. Empty and not `ended`: nothing has come yet, or only what was
 * not asked for.
 * @throws ApiError `unknown_workflow`, `unavailable`, and `too_many_streams` or `too_many_attempts`
 *   when it may have to wait; EventLogError; an AbortError when the signal aborts.
 */
export async function readPage(ctx: StreamContext, options: PageOptions): Promise<EventPage> {
  ctx.observer.polled();
  const { waitMs = 0 } = options;
  using _ = waitMs > 0 ? ctx.streams.acquireWaiting(ctx) : null;
  const page = await readOn(ctx, options);
  if (page.events.length > 0 || page.ended || waitMs === 0) return page;
  await untilSomethingCame(ctx, { ...options, after: page.next, waitMs });
  return await readOn(ctx, { ...options, after: page.next });
}

/** Reads until there is something to show, or nothing more to read. */
async function readOn(ctx: StreamContext, options: PageOptions): Promise<EventPage> {
  let { after } = options;
  const slice = new TimeSlice({ signal: options.signal });
  for (let reads = 1; ; reads += 1) {
    options.signal.throwIfAborted();
    if (slice.due) await slice.yield();
    const { page, isLast } = await readOnce(ctx, { ...options, after });
    if (page.events.length > 0 || isLast || reads === MOST_READS) return page;
    after = page.next;
  }
}

interface ReadPage {
  readonly page: EventPage;
  readonly isLast: boolean;
}

async function resetPage(
  { snapshots, observer }: StreamContext,
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
  ctx: StreamContext,
  { workflowId, after, limit = DEFAULT_LIMIT, types, contains, signal }: PageOptions,
): Promise<ReadPage> {
  const found = await findWorkflow(ctx, workflowId);
  const { entries, record, mismatch } = await ctx.fanOut.page(found, { after, limit });
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
  // As it stands in JSON, where quotes and line breaks are escaped.
  const sought =
    contains === undefined ? null : JSON.stringify(contains).slice(1, -1).toLowerCase();
  return ({ event }) =>
    (types === undefined || types.has(event.type) || isTerminal(event)) &&
    (sought === null || JSON.stringify(event).toLowerCase().includes(sought));
}

/**
 * Returns when there may be something to read, or when time is up, or the server is about to stop.
 */
async function untilSomethingCame(
  ctx: StreamContext,
  { workflowId, after, types, waitMs, signal }: PageOptions & { readonly waitMs: number },
): Promise<void> {
  const record = await findWorkflow(ctx, workflowId);
  const timeIsUp = new AbortController();
  using session = new Deadline(ctx.identity.until, ctx.now);
  using link = new Deadline(linkEndOf(ctx.identity, record), ctx.now);
  const over = [session.signal, link.signal];
  using abort = new LinkedAbortController(signal, ctx.draining, timeIsUp.signal, ...over);
  const timer = setTimeout(() => timeIsUp.abort(), waitMs);
  const asked = { workflowId: record.workflowId, after, types, replay: 'events' as const };
  try {
    for await (const chunk of streamWorkflow({ ...ctx, ...asked, signal: abort.signal })) {
      if (chunk.kind !== 'cursor') return;
    }
  } catch (error) {
    if (signal.aborted || !abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}
