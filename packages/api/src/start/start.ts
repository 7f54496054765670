import type { StartedWorkflow, StartRequest } from '@runtape/engine/start';
import type { ApiContext } from '../api-context.ts';
import { requireUser } from '../accounts/require-user.ts';
import { ApiError } from '../errors.ts';

/**
 * Starts a workflow. Every start passes here, whichever way it was asked for: what holds for all of them belongs here.
 * @throws ApiError `unauthorized`, `not_your_thread`; EventLogError `idempotency_conflict`, `unavailable`.
 */
export async function start(ctx: ApiContext, request: StartRequest): Promise<StartedWorkflow> {
  const { userId } = requireUser(ctx);
  await checkThread(ctx, request.threadId);
  const { idempotencyKey } = request;
  return await ctx.starter.start({
    ...request,
    // Two users may choose the same key; without accounts there is one user.
    idempotencyKey:
      idempotencyKey === undefined || userId === null
        ? idempotencyKey
        : JSON.stringify([userId, idempotencyKey]),
    owner: userId ?? undefined,
  });
}

/** A thread belongs to who started it. Should two begin one at the same moment, each sees only their own part of it. */
async function checkThread(
  { log, identity }: ApiContext,
  threadId: string | undefined,
): Promise<void> {
  if (threadId === undefined || identity.seesAll) return;
  const { workflows } = await log.list({ threadId, limit: 1 });
  const [newest] = workflows;
  if (newest === undefined || newest.owner === identity.userId) return;
  throw new ApiError(
    'not_your_thread',
    'This thread belongs to somebody else. Leave out threadId, or name a thread of your own.',
  );
}
