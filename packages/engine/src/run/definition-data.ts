import { jsonSchema, type JsonValue } from '@runtape/event-log';
import { type BudgetLimits, budgetLimitsSchema } from '@runtape/events';
import type { WorkflowDefinition } from '../define/define-workflow.ts';
import { readInput } from '../define/read-input.ts';
import { check } from '../define/schema.ts';
import { EngineError } from '../errors.ts';

/**
 * The budget for the first event.
 * @returns `null` also for an invalid input or budget: the attempt reports that when it parses
 *    them.
 */
export async function budgetLimits(
  definition: WorkflowDefinition,
  given: JsonValue,
): Promise<BudgetLimits | null> {
  try {
    const limits = definition.budget(await readInput(definition, given));
    return budgetLimitsSchema.safeParse(limits).data ?? null;
  } catch {
    return null;
  }
}

/** Serialises the result as JSON. @throws EngineError `invalid_result`. */
export async function writeResult(
  { name, result }: WorkflowDefinition,
  returned: unknown,
): Promise<JsonValue> {
  const checked = await check(result, returned);
  if (!checked.ok) {
    throw new EngineError(
      'invalid_result',
      `${name} returned a result that does not match its schema: ${checked.issues}`,
    );
  }
  try {
    return jsonSchema.parse(JSON.parse(JSON.stringify(checked.value ?? null)));
  } catch (error) {
    throw new EngineError(
      'invalid_result',
      `${name} returned a result that cannot be serialised as JSON.`,
      { cause: error },
    );
  }
}
