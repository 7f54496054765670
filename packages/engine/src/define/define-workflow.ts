import type { Budget } from '@runtape/events';
import { EngineError } from '../errors.ts';
import type { CleanUp } from './clean-up-context.ts';
import type { EventSchemas, NoEvents } from './custom-events.ts';
import { type ContractSource, defineContract, type WorkflowContract } from './define-contract.ts';
import type { anyJson } from './json.ts';
import type { InferInput, InferOutput, Schema } from './schema.ts';
import type { WorkflowContext } from './workflow-context.ts';

const MAX_ATTEMPTS = 3;

/** The code of a workflow. Workers run it; made with `defineWorkflow`. */
export interface WorkflowDefinition<
  Name extends string = string,
  Input extends Schema = Schema,
  Result extends Schema = Schema,
  Events extends EventSchemas = EventSchemas,
  State = unknown,
> extends WorkflowContract<Name, Input, Result, Events, State> {
  readonly maxAttempts: number;
  readonly cleanUp: CleanUp<InferOutput<Input>> | undefined;
  /** The budget of a workflow with this input; `null` for no limit. */
  budget(input: InferOutput<Input>): Budget | null;
  run(ctx: WorkflowContext<Events>, input: InferOutput<Input>): Promise<InferInput<Result>>;
}

/** A workflow, as it is written: its contract and the code that runs it. */
export interface WorkflowSource<
  Name extends string,
  Input extends Schema,
  Result extends Schema,
  Events extends EventSchemas,
  State,
> extends ContractSource<Name, Input, Result, Events, State> {
  /**
   * How many attempts it has when workers die or `RetryableError` is thrown, from 1. Default: 3.
   */
  readonly maxAttempts?: number | undefined;
  /** A clean-up of external effects when it is cancelled or fails. Default: none. */
  readonly cleanUp?: CleanUp<InferOutput<NoInfer<Input>>> | undefined;
  /**
   * What a workflow with this input may spend, over all attempts. At 80 % of a limit it warns once
   * (`budget:warning`); at 100 % (`budget:exceeded`) it is cancelled by `budget`. Default: no
   * limit.
   */
  budget?(input: InferOutput<NoInfer<Input>>): Budget | null | undefined;
  /**
   * Throws `FatalError` or `RetryableError`; any other error ends the workflow as `internal_error`.
   */
  run(
    ctx: WorkflowContext<NoInfer<Events>>,
    input: InferOutput<NoInfer<Input>>,
  ): Promise<InferInput<NoInfer<Result>>>;
}

/**
 * Defines a workflow, or implements a contract: `defineWorkflow({ ...contract, run })`.
 * @returns the definition, for `createWorker`.
 * @throws EngineError `invalid_definition` as `defineContract`, and when `maxAttempts` is not a
 *   whole number from 1.
 */
export function defineWorkflow<
  const Name extends string,
  Input extends Schema,
  Result extends Schema = typeof anyJson,
  Events extends EventSchemas = NoEvents,
  State = undefined,
>(
  source: WorkflowSource<Name, Input, Result, Events, State>,
): WorkflowDefinition<Name, Input, Result, Events, State>;
export function defineWorkflow(
  source: WorkflowSource<string, Schema, Schema, EventSchemas, unknown>,
): WorkflowDefinition {
  const contract = defineContract(source);
  const { cleanUp, maxAttempts = MAX_ATTEMPTS } = source;
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1) {
    throw new EngineError(
      'invalid_definition',
      `maxAttempts of ${contract.name} is a whole number from 1, not ${maxAttempts}.`,
    );
  }
  return {
    ...contract,
    maxAttempts,
    cleanUp,
    budget: (given) => source.budget?.(given) ?? null,
    run: (ctx, given) => source.run(ctx, given),
  };
}
