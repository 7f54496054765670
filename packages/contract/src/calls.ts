import type { InputOf, OperationsByName, ValueOf } from './operation.ts';

/** The id of a workflow comes first, what else there is in an object after it. */
type ArgumentsOf<Input> = [Input] extends [void]
  ? []
  : undefined extends Input
    ? [input?: Input]
    : Input extends { workflowId: string }
      ? OptionsOf<Omit<Input, 'workflowId'>>
      : [input: Input];

type OptionsOf<Options> = keyof Options extends never
  ? [workflowId: string]
  : Partial<Options> extends Options
    ? [workflowId: string, options?: Options]
    : [workflowId: string, options: Options];

/** The methods of a client: one for each query and mutation. */
export type CallsOf<Operations extends OperationsByName> = {
  [Name in keyof Operations as Operations[Name]['kind'] extends 'subscription' ? never : Name]: (
    ...args: ArgumentsOf<InputOf<Operations[Name]>>
  ) => Promise<ValueOf<Operations[Name]>>;
};
