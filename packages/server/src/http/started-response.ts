import type { StartedWorkflow } from '@runtape/contract';
import { idempotencyKeySchema } from '@runtape/events';
import type { RouteContext } from './request-context.ts';
import { check } from './route.ts';

/** The key in the header. @throws ApiError `invalid_input` when it is too long. */
export function idempotencyKeyOf({ headers }: Request): string | undefined {
  const key = headers.get('idempotency-key');
  return key === null ? undefined : check(idempotencyKeySchema, key);
}

/**
 * @returns 201 for a workflow that was started, 200 when the idempotency key had started it before.
 */
export function startedResponse(
  { basePath }: RouteContext,
  { workflowId, created }: StartedWorkflow,
): Response {
  const headers = { Location: `${basePath}/api/workflows/${workflowId}` };
  return Response.json({ workflowId, created }, { status: created ? 201 : 200, headers });
}
