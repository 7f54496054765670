import { threadIdSchema } from '@runtape/events';
import { mayChange } from '../accounts/identity.ts';
import { requireUser } from '../accounts/require-user.ts';
import type { ApiContext } from '../api-context.ts';
import { describeIssues } from '../describe-issues.ts';
import { ApiError } from '../errors.ts';

/**
 * Lets those pass who may see a thread and add to it. It belongs to who started it; one that nobody has started is anybody's.
 * Should two begin one at the same moment, each sees only their own part of it.
 * @throws ApiError `unauthorized`, `not_your_thread`; EventLogError `unavailable`.
 */
export async function checkThread(
  ctx: Pick<ApiContext, 'log' | 'identity'>,
  threadId: string,
): Promise<void> {
  const identity = requireUser(ctx);
  if (identity.seesAll) return;
  const { workflows } = await ctx.log.list({ threadId, limit: 1 });
  const [newest] = workflows;
  if (newest === undefined || mayChange(identity, newest)) return;
  throw new ApiError(
    'not_your_thread',
    'This thread belongs to somebody else. Leave out threadId, or name a thread of your own.',
  );
}

/** Reads the id of a thread as a client sent it. @throws ApiError `invalid_input`. */
export function readThreadId(text: string): string {
  const { success, data, error } = threadIdSchema.safeParse(text);
  if (success) return data;
  throw new ApiError('invalid_input', describeIssues(error), { cause: error });
}
