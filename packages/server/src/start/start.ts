import type { StartedWorkflow, StartRequest } from '@runtape/engine/start';
import type { JsonValue } from '@runtape/event-log';
import { z } from 'zod';
import type { StartContext } from './start-context.ts';
import { requireUser } from '../accounts/require-user.ts';
import { checkThread } from '../accounts/check-thread.ts';

/**
 * Starts a workflow. All surfaces start workflows through this function, so the common checks are
 * here.
 * @throws ApiError `unauthorized`, `too_many_starts`, `too_many_workflows`, `not_your_thread`;
 *   EventLogError `idempotency_conflict`, `unavailable`.
 */
export async function start(ctx: StartContext, request: StartRequest): Promise<StartedWorkflow> {
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

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * Converts an input to JSON without unset optional fields. Strings are not copied, so their length
 * does not matter.
 * @throws ZodError for values that JSON cannot express.
 */
export function asJson(input: unknown): JsonValue {
  if (Array.isArray(input)) return input.map(asJson);
  if (typeof input !== 'object' || input === null) return scalarSchema.parse(input);
  const fields = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([name, value]) => [name, asJson(value)]));
}
