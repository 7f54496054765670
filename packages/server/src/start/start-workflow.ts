import { toJson } from '@runtape/engine/define';
import type { StartedWorkflow } from '@runtape/engine/start';
import { ApiError } from '../errors/api-error.ts';
import { checkAsync } from '../errors/check.ts';
import { startAuthorised } from './start-authorised.ts';
import type { StartContext } from './start-context.ts';

/** A start by the name of the definition, whose schema checks all of it. */
export interface StartByName {
  readonly workflow?: unknown;
  readonly input?: unknown;
  readonly threadId?: unknown;
  readonly idempotencyKey?: unknown;
}

/**
 * Starts a workflow by the name of its definition, if the rule of the definition allows it.
 * @param whole the name of the request in messages. Default: `The input`.
 * @throws ApiError `unknown_workflow_name`, `invalid_input`; what the rule throws; and what
 *   `startAuthorised` throws.
 */
export async function startWorkflow(
  ctx: StartContext,
  given: StartByName,
  whole?: string,
): Promise<StartedWorkflow> {
  const { definition, rule, body } = ctx.startable.find(given.workflow);
  const { input: checked, threadId, idempotencyKey } = await checkAsync(body, given, whole);
  const said = rule.authorise?.(ctx, checked) ?? definition.summary(checked);
  const input = toJson(rule.input === undefined ? given.input : checked);
  if (input === undefined) throw new ApiError('invalid_input', 'The input must be JSON.');
  return await startAuthorised(ctx, {
    workflow: definition.name,
    input,
    summary: { title: said.title, target: said.target ?? '' },
    threadId,
    idempotencyKey,
  });
}
