import type { Budget } from '@runtape/events';
import type { z } from 'zod';
import type { CleanUp } from './clean-up-context.ts';
import type { WorkflowContext } from './workflow-context.ts';

const MAX_ATTEMPTS = 3;

/** The code of a workflow. Workers run it; made with `defineWorkflow`. */
export interface WorkflowDefinition<Input = unknown, Result = unknown> {
  readonly name: string;
  readonly input: z.ZodType<Input>;
  readonly result: z.ZodType<Result>;
  readonly maxAttempts: number;
  readonly cleanUp?: CleanUp<Input> | undefined;
  /** What a workflow with this input may spend; `null` for no limit. */
  budget(input: Input): Budget | null;
  run(ctx: WorkflowContext, input: Input): Promise<Result>;
}

export interface WorkflowSource<Input, Result> {
  /** Names the definition in every log. Never change it while workflows of that name exist. */
  readonly name: string;
  /** The schema of the input. Checked before every attempt. */
  readonly input: z.ZodType<Input>;
  /** The schema of the result. Checked at the end; must be serialisable as JSON. */
  readonly result: z.ZodType<Result>;
  /**
   * How many attempts it has when workers die or `RetryableError` is thrown, from 1. Default: 3.
   */
  readonly maxAttempts?: number | undefined;
  /** A clean-up of external effects when it is cancelled or fails. Default: none. */
  readonly cleanUp?: CleanUp<NoInfer<Input>> | undefined;
  /**
   * What a workflow with this input may spend, over all attempts. At 80 % of a limit it warns once
   * (`budget:warning`); at 100 % (`budget:exceeded`) it is cancelled by `budget`. Default: no
   * limit.
   */
  budget?(input: NoInfer<Input>): Budget | null | undefined;
  /**
   * Throws `FatalError` or `RetryableError`; any other error ends the workflow as `internal_error`.
   */
  run(ctx: WorkflowContext, input: NoInfer<Input>): Promise<NoInfer<Result>>;
}

/**
 * Defines a workflow.
 * @returns the definition, for `createWorker`.
 * @throws RangeError when `maxAttempts` is not a whole number from 1.
 */
export function defineWorkflow<Input, Result>(
  source: WorkflowSource<Input, Result>,
): WorkflowDefinition<Input, Result> {
  const { name, input, result, cleanUp, maxAttempts = MAX_ATTEMPTS } = source;
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1) {
    throw new RangeError(`maxAttempts of ${name} is a whole number from 1, not ${maxAttempts}.`);
  }
  return {
    name,
    input,
    result,
    maxAttempts,
    cleanUp,
    budget: (given) => source.budget?.(given) ?? null,
    run: (ctx, given) => source.run(ctx, given),
  };
}
