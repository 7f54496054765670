import type { StartedWorkflow } from '@runtape/contract';
import { idempotencyKeySchema } from '@runtape/events';
import type { RouteContext } from './request-context.ts';
import { check } from '../errors/check.ts';

/**
 * Returns the idempotency key in the header. @throws ApiError `invalid_input` when it is too long.
 */
export function idempotencyKeyOf({ headers }: Request): string | undefined {
  const key = headers.get('idempotency-key');
  return key === null ? undefined : check(idempotencyKeySchema, key);
}

/** @returns 201 for a new workflow, 200 if the idempotency key had started it earlier */
export function startedResponse(
  { basePath }: RouteContext,
  { workflowId, created }: StartedWorkflow,
): Response {
  const headers = { Location: `${basePath}/api/workflows/${workflowId}` };
  return Response.json({ workflowId, created }, { status: created ? 201 : 200, headers });
}
