import type { StartedWorkflow, StartRequest } from '@runtape/engine/start';
import type { StartContext } from './start-context.ts';
import { requireUser } from '../accounts/require-user.ts';
import { checkThread } from '../accounts/check-thread.ts';

/**
 * Starts a workflow whose start was authorised. All starts go through this function, so the common
 * checks are here.
 * @throws ApiError `unauthorized`, `too_many_starts`, `too_many_workflows`, `not_your_thread`;
 *   EventLogError `idempotency_conflict`, `unavailable`.
 */
export async function startAuthorised(
  ctx: StartContext,
  request: StartRequest,
): Promise<StartedWorkflow> {
  const { userId, seesAll } = requireUser(ctx);
  const { threadId, idempotencyKey } = request;
  using admitted = await ctx.starts.admit(ctx);
  if (threadId !== undefined) await checkThread(ctx, threadId);
  const started = await ctx.starter.start({
    ...request,
    // Two users may choose the same key, so it includes the user.
    idempotencyKey:
      idempotencyKey === undefined || userId === null
        ? idempotencyKey
        : JSON.stringify([userId, idempotencyKey]),
    owner: userId ?? undefined,
    ownerSeesAll: userId !== null && seesAll,
    // Checked again in the log, because the thread's owner may have changed since `checkThread`.
    onlyOwnThread: !seesAll,
  });
  if (started.created) {
    admitted.started(started.workflowId);
    ctx.observer.workflowStarted(started.workflowId, request.workflow);
  }
  return started;
}
