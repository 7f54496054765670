import { type EventId, hasEnded, type Replay } from '@runtape/events';
import { unreachable } from './errors.ts';
import type { PollResult } from './transport.ts';
import type { TrpcClient } from './trpc-client.ts';

/** A page with at least this many events is part of the history: fetch the next one immediately. */
const FULL_PAGE = 100;

/** The result of one request. */
export interface Page {
  /** The messages, in the order in which a stream would have delivered them. */
  readonly items: readonly { readonly id: string; readonly data: unknown }[];
  /** What to do after these messages. */
  readonly result: PollResult;
}

export interface RequestOptions {
  readonly trpc: TrpcClient;
  /** The time limit for the response, in ms. */
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
  /** A thread cursor; `null` for the start of the thread. */
  readonly after: string | null;
}

/**
 * Fetches a workflow's events after a position.
 * @throws the error of the tRPC call; RuntapeClientError `unreachable` when the response is late.
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
      // A workflow without events has no state to send. The query below returns its events, if any
      // have been written by then.
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

/**
 * Fetches a thread's events after a position.
 * @throws the same errors as `fetchWorkflowPage`.
 */
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
