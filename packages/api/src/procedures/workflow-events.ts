import { type EventId, hasEnded, type StreamMessage } from '@runtape/events';
import { z } from 'zod';
import { cursorInputSchema, misfitOf, readCursor, seqOf } from '../cursor.ts';
import { findWorkflow, workflowIdInputSchema } from '../find-workflow.ts';
import { makeReset } from '../snapshot.ts';
import type { Procedure } from '../trpc.ts';

const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 1000;

const inputSchema = z.object({
  workflowId: workflowIdInputSchema,
  after: cursorInputSchema.optional(),
  limit: z.int().min(1).max(MAX_LIMIT).optional(),
});

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

/** A page of events after a cursor. */
export const workflowEvents = (procedure: Procedure) =>
  procedure.input(inputSchema).query(async ({ ctx, input, signal }): Promise<EventPage> => {
    const { log, snapshots } = ctx;
    const record = await findWorkflow(log, input.workflowId);
    const after = readCursor(input.after);
    const misfit = misfitOf(record, after);
    if (misfit !== null) {
      const stop = signal ?? new AbortController().signal;
      const { id, message } = await makeReset(snapshots, record, misfit, stop);
      const ended = hasEnded(message.data.snapshot.status);
      return { events: [{ id, ...message }], next: id, ended };
    }
    const { entries, record: now } = await log.read(record.workflowId, {
      after: seqOf(after),
      limit: input.limit ?? DEFAULT_LIMIT,
    });
    const seq = entries.at(-1)?.seq ?? seqOf(after);
    return {
      events: entries.map(({ id, event }) => ({ id, ...event })),
      next: entries.at(-1)?.id ?? after,
      ended: hasEnded(now.status) && seq >= now.tail,
    };
  });
