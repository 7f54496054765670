import { type EventId, hasEnded, type Replay } from '@runtape/events';
import { ask, type Asking, type Page } from './fetch-page.ts';

/** So many at once are the past: there is more of it to ask for before it is time to wait for what comes. */
const MANY = 100;

export interface WorkflowQuestion {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
}

/** Asks once for what comes after a cursor. @throws as `ask`. */
export async function askWorkflow(
  asking: Asking,
  { workflowId, after, replay }: WorkflowQuestion,
): Promise<Page> {
  const { trpc } = asking;
  return await ask(asking, async (signal) => {
    if (after === null && replay === 'snapshot') {
      const { snapshot, createdAt } = await trpc.workflow.get.query({ workflowId }, { signal });
      const { cursor, updatedAt, status } = snapshot;
      // Of a workflow without events there is no state to tell; what comes is all there is.
      if (cursor !== null) {
        const timestamp = updatedAt ?? new Date(createdAt).toISOString();
        const data = { type: 'workflow:state', data: { snapshot }, timestamp };
        return { items: [{ id: cursor, data }], polled: hasEnded(status) ? 'ended' : 'idle' };
      }
    }
    const { events, ended } = await trpc.workflow.events.query(
      { workflowId, ...(after !== null && { after }) },
      { signal },
    );
    const items = events.map((event) => ({ id: event.id, data: event }));
    if (ended) return { items, polled: 'ended' };
    return { items, polled: items.length >= MANY ? 'more' : 'idle' };
  });
}
