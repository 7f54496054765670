import type { JsonValue } from '@runtape/event-log';
import { type BudgetLimits, budgetLimitsSchema } from '@runtape/events';
import { z } from 'zod';
import type { WorkflowDefinition } from '../define/define-workflow.ts';
import { EngineError } from '../errors.ts';

/** Parses the input with the definition's schema. @throws EngineError `invalid_input`. */
export function readInput({ name, input }: WorkflowDefinition, given: JsonValue): unknown {
  const read = input.safeParse(given);
  if (read.success) return read.data;
  throw new EngineError(
    'invalid_input',
    `The input of the workflow does not match the schema of ${name}: ${z.prettifyError(read.error)}`,
  );
}

/**
 * The budget for the first event.
 * @returns `null` also for an invalid input or budget: the attempt reports that when it parses
 *    them.
 */
export function budgetLimits(
  definition: WorkflowDefinition,
  given: JsonValue,
): BudgetLimits | null {
  try {
    const limits = definition.budget(readInput(definition, given));
    return budgetLimitsSchema.safeParse(limits).data ?? null;
  } catch {
    return null;
  }
}

/** Serialises the result as JSON. @throws EngineError `invalid_result`. */
export function writeResult(
  { name, result }: WorkflowDefinition,
  returned: unknown,
): z.core.util.JSONType {
  const checked = result.safeParse(returned);
  if (!checked.success) {
    throw new EngineError(
      'invalid_result',
      `${name} returned a result that does not match its schema: ${z.prettifyError(checked.error)}`,
    );
  }
  try {
    return z.json().parse(JSON.parse(JSON.stringify(checked.data ?? null)));
  } catch (error) {
    throw new EngineError(
      'invalid_result',
      `${name} returned a result that cannot be serialised as JSON.`,
      {
        cause: error,
      },
    );
  }
}
