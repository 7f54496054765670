import { z } from 'zod';
import { cursorInputSchema, readCursor } from '../read/cursor-param.ts';
import { defineOperation } from '../http/operation.ts';
import { ApiError } from '../errors/api-error.ts';
import { workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { readMergedPage } from '../read/read-merged-page.ts';
import type { EventPage } from '../read/read-page.ts';

const inputSchema = z.object({
  workflowId: workflowIdInputSchema,
  /** Only what comes after this event. Default: from the first. */
  after: cursorInputSchema.optional(),
  /** The last event that is wanted. */
  upTo: cursorInputSchema,
});

/** What leads up to an event, neighbouring tokens as one: for the state at that event. */
export const workflowPast = defineOperation({
  input: inputSchema,
  run: async (ctx, input, signal): Promise<EventPage> => {
    const upTo = readCursor(input.upTo, 'upTo');
    if (upTo === null) {
      throw new ApiError(
        'malformed_cursor',
        'upTo is missing. Send the id of the last event you want.',
      );
    }
    return await readMergedPage(ctx, {
      workflowId: input.workflowId,
      after: readCursor(input.after, 'after'),
      upTo,
      signal,
    });
  },
});
