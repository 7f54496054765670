import { z } from 'zod';
import { cursorInputSchema, readCursor } from '../cursor.ts';
import { eventTypesSchema } from '../event-types.ts';
import { workflowIdInputSchema } from '../find-workflow.ts';
import { type EventPage, MAX_LIMIT, readPage } from '../read-page.ts';
import type { Procedure } from '../trpc.ts';

const inputSchema = z.object({
  workflowId: workflowIdInputSchema,
  after: cursorInputSchema.optional(),
  limit: z.int().min(1).max(MAX_LIMIT).optional(),
  /** Only events of these types, and in any case the terminal one and `reset`. Default: all. */
  types: eventTypesSchema.optional(),
});

/** A page of events after a cursor. */
export const workflowEvents = (procedure: Procedure) =>
  procedure.input(inputSchema).query(async ({ ctx, input, signal }): Promise<EventPage> => {
    const { workflowId, limit, types } = input;
    return await readPage(ctx, {
      workflowId,
      after: readCursor(input.after, 'after'),
      limit,
      types: types === undefined ? undefined : new Set(types),
      signal: signal ?? new AbortController().signal,
    });
  });
