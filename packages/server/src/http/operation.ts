import type { Operation, RouteContract, ValueOf } from '@runtape/contract';
import type { z } from 'zod';
import { check, handleRoute, type Route } from './route.ts';
import type { ApiContext } from './request-context.ts';

/** One call, its input checked. */
export interface OperationCall<Input> {
  readonly ctx: ApiContext;
  readonly input: Input;
  /** Default: never aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An operation of the contract with its work. The router has it as a procedure, and `routeOf` makes
 * a route of it.
 */
export interface Implementation<Contract extends Operation> {
  readonly contract: Contract;
  readonly input: Contract['input'];
  readonly run: (call: OperationCall<z.output<Contract['input']>>) => Promise<ValueOf<Contract>>;
}

/** Implements an operation. @param run authorises the call and does the work. */
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
 * Makes the route of an operation. Its input is what the path, query and body have, in one object;
 * the answer is its output as JSON.
 * @param status of an output. Default: 200.
 */
export function routeOf<Contract extends Operation & { readonly route: RouteContract }>(
  { contract, input, run }: Implementation<Contract>,
  status: (output: ValueOf<Contract>) => number = () => 200,
): Route {
  return handleRoute(contract.route, async ({ request, params, query, body, ctx }) => {
    const given = check(input, Object.assign({}, params, query, body));
    const output = await run({ ctx, input: given, signal: request.signal });
    return Response.json(output, { status: status(output) });
  });
}

/** 202 for a command that is only stored so far. */
export function commandStatus({ outcome }: { readonly outcome: string }): number {
  return outcome === 'requested' ? 202 : 200;
}
