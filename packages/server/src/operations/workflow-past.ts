import { operations } from '@runtape/contract';
import { ApiError } from '../errors/api-error.ts';
import { implement } from '../http/operation.ts';
import { parseCursorParam } from '../read/cursor-param.ts';
import { readMergedPage } from '../read/read-merged-page.ts';

export const workflowPast = implement(operations.workflowPast, async (ctx, input, signal) => {
  const upTo = parseCursorParam(input.upTo, 'upTo');
  if (upTo === null) {
    throw new ApiError(
      'malformed_cursor',
      'upTo is missing. Send the id of the last event you want.',
    );
  }
  return await readMergedPage(ctx, {
    workflowId: input.workflowId,
    after: parseCursorParam(input.after, 'after'),
    upTo,
    signal,
  });
});
