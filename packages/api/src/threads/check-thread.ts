import { mayChange } from '../accounts/identity.ts';
import { requireUser } from '../accounts/require-user.ts';
import type { ApiContext } from '../api-context.ts';
import { ApiError } from '../errors.ts';

/**
 * Lets those pass who may see a thread and add to it. It belongs to who started it; one that nobody has started is anybody's.
 * Should two begin one at the same moment, each sees only their own part of it.
 * @throws ApiError `unauthorized`, `not_your_thread`; EventLogError `unavailable`.
 */
export async function checkThread(ctx: ApiContext, threadId: string): Promise<void> {
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
