import { EngineError } from '../errors.ts';
import type { WorkflowContract } from './define-contract.ts';
import { check, type InferOutput } from './schema.ts';

/**
 * Checks the input of a workflow with the schema of its contract.
 * @returns the input as the schema returns it, with its defaults. Store the given one: a worker
 *   checks it again.
 * @throws EngineError `invalid_input`, with the path of each issue.
 */
export async function readInput<Contract extends WorkflowContract>(
  { name, input }: Pick<Contract, 'name' | 'input'>,
  given: unknown,
): Promise<InferOutput<Contract['input']>> {
  const checked = await check(input, given);
  if (checked.ok) return checked.value;
  throw new EngineError(
    'invalid_input',
    `The input of the workflow does not match the schema of ${name}: ${checked.issues}`,
  );
}
