import type { Operation, RouteContract, ValueOf } from '@runtape/contract';
import type { z } from 'zod';
import { check } from '../errors/check.ts';
import { handleRoute, type Route } from './route.ts';
import type { ApiContext } from './request-context.ts';

/** One call with its validated input. */
export interface OperationCall<Input> {
  readonly ctx: ApiContext;
  readonly input: Input;
  /** Default: never aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The implementation of an operation. It is served as a procedure of the router, and `routeOf`
 * makes a route from it.
 */
export interface Implementation<Contract extends Operation> {
  readonly contract: Contract;
  readonly input: Contract['input'];
  run(this: void, call: OperationCall<z.output<Contract['input']>>): Promise<ValueOf<Contract>>;
}

/** Implementations by the name of their operation. */
export type ImplementationsByName = Readonly<Record<string, Implementation<Operation>>>;

/** Implements an operation. @param run authorises the call and carries it out */
export function implement<Contract extends Operation>(
  contract: Contract,
  run: (
    ctx: ApiContext,
    input: z.output<Contract['input']>,
    signal: AbortSignal,
  ) => Promise<ValueOf<Contract>> | ValueOf<Contract>,
): Implementation<Contract> {
  return {
    contract,
    input: contract.input,
    run: async ({ ctx, input, signal = new AbortController().signal }) =>
      await run(ctx, input, signal),
  };
}

/**
 * Makes the route of an operation. Its input combines the parameters of path, query and body; the
 * response is its output as JSON.
 * @param status returns the HTTP status for an output. Default: 200.
 */
export function routeOf<Contract extends Operation & { readonly route: RouteContract }>(
  { contract, input, run }: Implementation<Contract>,
  status: (output: ValueOf<Contract>) => number = () => 200,
): Route {
  return handleRoute(contract.route, async ({ request, params, query, body, ctx }) => {
    const checked = check(input, Object.assign({}, params, query, body));
    const output = await run({ ctx, input: checked, signal: request.signal });
    return Response.json(output, { status: status(output) });
  });
}

/** Returns 202 for a command that was stored but not carried out yet. */
export function commandStatus({ outcome }: { readonly outcome: string }): number {
  return outcome === 'requested' ? 202 : 200;
}
