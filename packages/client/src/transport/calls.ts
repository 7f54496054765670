import type { CallsOf, Operations, OperationsByName } from '@runtape/contract';
import type { ProceduresByName } from '@runtape/contract/procedures';
import { getUntypedClient } from '@trpc/client';
import { RuntapeClientError } from './errors.ts';
import type { TrpcClient } from './trpc-client.ts';

/** A method for each query and mutation. `start` has one of its own, whose types follow the app. */
export type Calls = Omit<CallsOf<Operations>, 'start'>;

type Call = (first?: unknown, options?: object) => Promise<unknown>;

/**
 * Makes a method for each query and mutation of a table, whose types follow from the operations.
 * Each rejects with a RuntapeClientError. The server must have these procedures: those of Runtape,
 * or of a plugin.
 */
export function createCalls<All extends OperationsByName>(
  trpc: TrpcClient,
  procedures: ProceduresByName,
): CallsOf<All>;
export function createCalls(trpc: TrpcClient, procedures: ProceduresByName): object {
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
