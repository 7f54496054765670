import type { RuntapeClient, WorkflowListItem } from '@runtape/client';
import { type ArchivedEvent, EventLogError } from '@runtape/event-log';
import {
  decodeEvent,
  type EventId,
  isSnapshotMessage,
  parseEventId,
  type WorkflowId,
} from '@runtape/events';

const PAGE_SIZE = 200;
const EVENTS_PAGE_SIZE = 500;

/** Yields all workflows of a server that have ended, newest first. */
export async function* endedWorkflows(
  client: RuntapeClient,
): AsyncGenerator<WorkflowListItem, void> {
  let before: string | undefined;
  do {
    const { workflows, next } = await client.listWorkflows({
      limit: PAGE_SIZE,
      status: ['completed', 'failed', 'cancelled'],
      ...(before === undefined ? {} : { before }),
    });
    yield* workflows;
    before = next ?? undefined;
  } while (before !== undefined);
}

/**
 * Returns the events of an ended workflow, page by page.
 * @throws EventLogError `invalid_archive` when the server does not have all of them.
 */
export async function readEvents(
  { trpc }: RuntapeClient,
  workflowId: WorkflowId,
): Promise<{ incarnation: string; pages: AsyncIterable<readonly ArchivedEvent[]> }> {
  const first = await pageAfter(null);
  const id = first.events[0]?.id;
  const incarnation = id === undefined ? undefined : parseEventId(id)?.incarnation;
  if (incarnation === undefined) throw incomplete(workflowId);
  return { incarnation, pages: pages() };

  async function* pages(): AsyncGenerator<readonly ArchivedEvent[], void> {
    let page = first;
    for (;;) {
      yield page.events;
      if (page.ended || page.events.length === 0) return;
      page = await pageAfter(page.next);
    }
  }

  async function pageAfter(after: EventId | null) {
    const page = await trpc.workflow.events.query({
      workflowId,
      limit: EVENTS_PAGE_SIZE,
      ...(after === null ? {} : { after }),
    });
    const events = page.events.map(({ id: eventId, ...message }) => {
      if (isSnapshotMessage(message)) throw incomplete(workflowId);
      return { id: eventId, event: decodeEvent(message) };
    });
    return { ...page, events };
  }
}

function incomplete(workflowId: WorkflowId): EventLogError {
  return new EventLogError(
    'invalid_archive',
    `${workflowId} cannot be archived: the server no longer has its whole log.`,
    { workflowId },
  );
}
