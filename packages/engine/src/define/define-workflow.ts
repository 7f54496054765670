import type { Budget } from '@runtape/events';
import type { z } from 'zod';
import { EngineError } from '../errors.ts';
import type { CleanUp } from './clean-up-context.ts';
import { checkEventNames, type EventSchemas, type NoEvents } from './custom-events.ts';
import type { WorkflowContext } from './workflow-context.ts';

const MAX_ATTEMPTS = 3;

/** The code of a workflow. Workers run it; made with `defineWorkflow`. */
export interface WorkflowDefinition<
  Input = unknown,
  Result = unknown,
  Events extends EventSchemas = EventSchemas,
> {
  readonly name: string;
  readonly input: z.ZodType<Input>;
  readonly result: z.ZodType<Result>;
  readonly events: Events;
  readonly maxAttempts: number;
  readonly cleanUp?: CleanUp<Input> | undefined;
  /** The budget of a workflow with this input; `null` for no limit. */
  budget(input: Input): Budget | null;
  run(ctx: WorkflowContext<Events>, input: Input): Promise<Result>;
}

export interface WorkflowSource<Input, Result, Events extends EventSchemas = NoEvents> {
  /** Names the definition in every log. Never change it while workflows of that name exist. */
  readonly name: string;
  /** The schema of the input. Checked before every attempt. */
  readonly input: z.ZodType<Input>;
  /** The schema of the result. Checked at the end; must be serialisable as JSON. */
  readonly result: z.ZodType<Result>;
  /**
   * The workflow's own event types, each with the schema of its data, which must be JSON. Names
   * have at most 100 letters, digits, dots, dashes and underscores, and start with a letter.
   * Default: none.
   */
  readonly events?: Events | undefined;
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
  run(ctx: WorkflowContext<Events>, input: NoInfer<Input>): Promise<NoInfer<Result>>;
}

/**
 * Defines a workflow.
 * @returns the definition, for `createWorker`.
 * @throws EngineError `invalid_definition` when the name of an event type is not allowed, or
 *   `maxAttempts` is not a whole number from 1.
 */
export function defineWorkflow<Input, Result, Events extends EventSchemas = NoEvents>(
  source: WorkflowSource<Input, Result, Events>,
): WorkflowDefinition<Input, Result, Events>;
export function defineWorkflow<Input, Result>(
  source: WorkflowSource<Input, Result, EventSchemas>,
): WorkflowDefinition<Input, Result> {
  const { name, input, result, events = {}, cleanUp, maxAttempts = MAX_ATTEMPTS } = source;
  checkEventNames(name, events);
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1) {
    throw new EngineError(
      'invalid_definition',
      `maxAttempts of ${name} is a whole number from 1, not ${maxAttempts}.`,
    );
  }
  return {
    name,
    input,
    result,
    events,
    maxAttempts,
    cleanUp,
    budget: (given) => source.budget?.(given) ?? null,
    run: (ctx, given) => source.run(ctx, given),
  };
}
