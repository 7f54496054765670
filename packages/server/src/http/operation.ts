import type { z } from 'zod';
import { check, defineRoute, type Route, type RouteSource } from './route.ts';
import type { ApiContext } from './request-context.ts';

/** One call, its input checked. */
export interface OperationCall<Input> {
  readonly ctx: ApiContext;
  readonly input: Input;
  /** Default: never aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What clients can ask for: the router has it as a procedure, and `routeOf` makes a route of it.
 */
export interface Operation<Input extends z.ZodType, Output> {
  readonly input: Input;
  readonly run: (call: OperationCall<z.output<Input>>) => Promise<Output>;
}

/** Makes an operation. @param run authorises the call and does the work. */
export function defineOperation<Input extends z.ZodType, Output>({
  input,
  run,
}: {
  readonly input: Input;
  readonly run: (
    ctx: ApiContext,
    input: z.output<Input>,
    signal: AbortSignal,
  ) => Promise<Output> | Output;
}): Operation<Input, Output> {
  return {
    input,
    run: async ({ ctx, input: given, signal = new AbortController().signal }) =>
      await run(ctx, given, signal),
  };
}

/**
 * Makes the route of an operation. Its input is what the path, query and body have, in one object;
 * the answer is its output as JSON.
 * @param source how it looks over plain HTTP. `status` default: 200.
 */
export function routeOf<
  Input extends z.ZodType,
  Output,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(
  { input, run }: Operation<Input, Output>,
  {
    status = () => 200,
    ...source
  }: Omit<RouteSource<Params, Query, Body>, 'handle'> & {
    readonly status?: (output: Output) => number;
  },
): Route {
  return defineRoute<Params, Query, Body>({
    ...source,
    handle: async ({ request, params, query, body, ctx }) => {
      const given = check(input, Object.assign({}, params, query, body));
      const output = await run({ ctx, input: given, signal: request.signal });
      return Response.json(output, { status: status(output) });
    },
  });
}
