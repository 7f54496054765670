import { type EventId, hasEnded, type Replay } from '@runtape/events';
import { unreachable } from './errors.ts';
import type { TrpcClient } from './trpc-client.ts';
import { onAbort } from './wait.ts';

/** What one question brought. */
export interface Page {
  /** In order, as a stream would have brought it, unmerged. */
  readonly items: readonly { readonly id: string; readonly data: unknown }[];
  /** The workflow has ended, and nothing comes after these. */
  readonly ended: boolean;
}

export interface AskOptions {
  readonly trpc: TrpcClient;
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** How long to wait for the answer, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks once for what comes after a cursor, for those who cannot stream.
 * @throws whatever the call does; RuntapeClientError `unreachable` when there is no answer in time.
 */
export async function askWorkflow(options: AskOptions): Promise<Page> {
  const { signal, timeoutMs } = options;
  const asking = new AbortController();
  const stopListening = onAbort(signal, () => asking.abort());
  const timer = setTimeout(() => asking.abort(), timeoutMs);
  try {
    return await ask(options, asking.signal);
  } catch (error) {
    throw asking.signal.aborted && !signal.aborted ? unreachable(error) : error;
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

async function ask(
  { trpc, workflowId, after, replay }: AskOptions,
  signal: AbortSignal,
): Promise<Page> {
  if (after === null && replay === 'snapshot') {
    const { snapshot, createdAt } = await trpc.workflow.get.query({ workflowId }, { signal });
    const { cursor, updatedAt, status } = snapshot;
    // Of a workflow without events there is no state to tell; what comes is all there is.
    if (cursor !== null) {
      const timestamp = updatedAt ?? new Date(createdAt).toISOString();
      const data = { type: 'workflow:state', data: { snapshot }, timestamp };
      return { items: [{ id: cursor, data }], ended: hasEnded(status) };
    }
  }
  const { events, ended } = await trpc.workflow.events.query(
    { workflowId, ...(after !== null && { after }) },
    { signal },
  );
  return { items: events.map((event) => ({ id: event.id, data: event })), ended };
}
