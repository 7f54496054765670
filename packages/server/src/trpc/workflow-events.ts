import { z } from 'zod';
import { cursorInputSchema, readCursor } from '../read/cursor.ts';
import { eventTypesSchema } from '../read/event-types.ts';
import { workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { type EventPage, MAX_LIMIT, readPage } from '../read/pages/read-page.ts';
import type { Procedure } from './create-trpc.ts';

const MAX_SOUGHT_CHARS = 200;

const inputSchema = z.object({
  workflowId: workflowIdInputSchema,
  after: cursorInputSchema.optional(),
  limit: z.int().min(1).max(MAX_LIMIT).optional(),
  /** Only events of these types, and in any case the terminal one and `reset`. Default: all. */
  types: eventTypesSchema.optional(),
  /** Only events that have this text somewhere in their JSON, in upper or lower case. Default: all. */
  contains: z.string().min(1).max(MAX_SOUGHT_CHARS).optional(),
});

/** A page of events after a cursor. */
export const workflowEvents = (procedure: Procedure) =>
  procedure.input(inputSchema).query(async ({ ctx, input, signal }): Promise<EventPage> => {
    const { workflowId, limit, types, contains } = input;
    return await readPage(ctx, {
      workflowId,
      after: readCursor(input.after, 'after'),
      limit,
      types: types === undefined ? undefined : new Set(types),
      contains,
      signal: signal ?? new AbortController().signal,
    });
  });
