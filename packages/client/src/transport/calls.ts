import type { Inputs, Outputs } from '@runtape/contract';
import { type Procedures, procedures } from '@runtape/contract/procedures';
import { getUntypedClient } from '@trpc/client';
import { RuntapeClientError } from './errors.ts';
import type { TrpcClient } from './trpc-client.ts';

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

/** The procedures that are no methods of this kind: `start` has one whose types follow the app. */
type OtherProcedure =
  | 'start'
  | {
      [Name in keyof Procedures]: Procedures[Name]['kind'] extends 'subscription' ? Name : never;
    }[keyof Procedures];

/** A method for each query and mutation of the contract. */
export type Calls = {
  [Name in Exclude<keyof Procedures, OtherProcedure>]: (
    ...args: ArgumentsOf<Inputs[Name]>
  ) => Promise<Outputs[Name]>;
};

type Call = (first?: unknown, options?: object) => Promise<unknown>;

/**
 * Makes the methods, whose types follow from the same table of procedures. Each rejects with a
 * RuntapeClientError.
 */
export function createCalls(trpc: TrpcClient): Calls;
export function createCalls(trpc: TrpcClient): object {
  const client = getUntypedClient(trpc);
  const calls: Record<string, Call> = {};
  for (const [name, { kind, path }] of Object.entries(procedures)) {
    if (kind === 'subscription') continue;
    const send = (input: unknown): Promise<unknown> =>
      kind === 'mutation' ? client.mutation(path, input) : client.query(path, input);
    calls[name] = async (first, options) => {
      try {
        return await send(typeof first === 'string' ? { ...options, workflowId: first } : first);
      } catch (error) {
        throw RuntapeClientError.from(error);
      }
    };
  }
  return calls;
}
