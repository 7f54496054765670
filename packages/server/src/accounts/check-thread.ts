import { threadIdSchema } from '@runtape/events';
import { mayChange } from './identity.ts';
import { requireUser } from './require-user.ts';
import type { AccessContext } from './find-workflow.ts';
import { describeIssues } from '../errors/describe-issues.ts';
import { ApiError, NOT_YOUR_THREAD } from '../errors/api-error.ts';

/**
 * Checks that the user may see a thread and add to it. A thread belongs to the user who started its
 * first workflow; a thread without workflows is open to everyone. If two users start one at the
 * same moment, the log accepts only one of them.
 * @throws ApiError `unauthorized`, `not_your_thread`; EventLogError `unavailable`.
 */
export async function checkThread(
  ctx: Pick<AccessContext, 'log' | 'identity'>,
  threadId: string,
): Promise<void> {
  const identity = requireUser(ctx);
  if (identity.seesAll) return;
  const { members } = await ctx.log.thread(threadId, { after: 0, limit: 1 });
  const [first] = members;
  if (first === undefined || mayChange(identity, first.record)) return;
  throw new ApiError('not_your_thread', NOT_YOUR_THREAD);
}

/** Validates a thread id from a client. @throws ApiError `invalid_input`. */
export function readThreadId(text: string): string {
  const { success, data, error } = threadIdSchema.safeParse(text);
  if (success) return data;
  throw new ApiError('invalid_input', describeIssues(error), { cause: error });
}
