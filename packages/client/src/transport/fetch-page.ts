import { type EventId, hasEnded, type Replay } from '@runtape/events';
import { unreachable } from './errors.ts';
import type { PollResult } from './transport.ts';
import type { TrpcClient } from './trpc-client.ts';

/** A page with so many events is history: there is more to fetch at once. */
const FULL_PAGE = 100;

/** What one request brought. */
export interface Page {
  /** In order, as a stream would have brought them. */
  readonly items: readonly { readonly id: string; readonly data: unknown }[];
  /** What to do after these. */
  readonly result: PollResult;
}

export interface RequestOptions {
  readonly trpc: TrpcClient;
  /** How long to wait for the answer, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface WorkflowPosition {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
}

export interface ThreadPosition {
  readonly threadId: string;
  /** A cursor of the thread. */
  readonly after: string | null;
}

/**
 * Fetches what a workflow has after a position.
 * @throws whatever the call does; RuntapeClientError `unreachable` when there is no answer in time.
 */
export async function fetchWorkflowPage(
  options: RequestOptions,
  { workflowId, after, replay }: WorkflowPosition,
): Promise<Page> {
  const { trpc } = options;
  return await inTime(options, async (signal) => {
    if (after === null && replay === 'snapshot') {
      const { snapshot, createdAt } = await trpc.workflow.get.query({ workflowId }, { signal });
      const { cursor, updatedAt, status } = snapshot;
      // A workflow without events has no state to show. Its events, once there are any, are all
      // there is.
      if (cursor !== null) {
        const timestamp = updatedAt ?? new Date(createdAt).toISOString();
        const data = { type: 'workflow:state', data: { snapshot }, timestamp };
        return { items: [{ id: cursor, data }], result: hasEnded(status) ? 'ended' : 'idle' };
      }
    }
    const { events, ended } = await trpc.workflow.events.query(
      { workflowId, ...(after !== null && { after }) },
      { signal },
    );
    const items = events.map((event) => ({ id: event.id, data: event }));
    if (ended) return { items, result: 'ended' };
    return { items, result: items.length >= FULL_PAGE ? 'more' : 'idle' };
  });
}

/** Fetches what a thread has after a position. @throws as `fetchWorkflowPage`. */
export async function fetchThreadPage(
  options: RequestOptions,
  { threadId, after }: ThreadPosition,
): Promise<Page> {
  return await inTime(options, async (signal) => {
    const { events, more } = await options.trpc.thread.events.query(
      { threadId, ...(after !== null && { after }) },
      { signal },
    );
    const items = events.map(({ cursor, ...data }) => ({ id: cursor, data }));
    return { items, result: more ? 'more' : 'idle' };
  });
}

async function inTime(
  { signal, timeoutMs }: RequestOptions,
  call: (signal: AbortSignal) => Promise<Page>,
): Promise<Page> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    return await call(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    throw late.signal.aborted && !signal.aborted ? unreachable(error) : error;
  } finally {
    clearTimeout(timer);
  }
}
