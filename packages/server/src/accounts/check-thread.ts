import { threadIdSchema } from '@runtape/events';
import { mayChange } from './identity.ts';
import { requireUser } from './require-user.ts';
import type { AccessContext } from './find-workflow.ts';
import { describeIssues } from '../errors/describe-issues.ts';
import { ApiError, NOT_YOUR_THREAD } from '../errors/api-error.ts';

/**
 * Lets those pass who may see a thread and add to it. It belongs to whoever started its first
 * workflow; one that nobody has started is anybody's. Of two who begin one at the same moment the
 * log lets one.
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

/** Reads the id of a thread as a client sent it. @throws ApiError `invalid_input`. */
export function readThreadId(text: string): string {
  const { success, data, error } = threadIdSchema.safeParse(text);
  if (success) return data;
  throw new ApiError('invalid_input', describeIssues(error), { cause: error });
}
