import { noBody, type RouteContract } from '@runtape/contract';
import { describeUnknownNames } from '@runtape/events';
import type { z } from 'zod';
import { requireUser, requireViewer } from '../accounts/require-user.ts';
import type { RouteContext } from './request-context.ts';
import { check } from '../errors/check.ts';
import { ApiError } from '../errors/api-error.ts';
import { guardSite } from '../accounts/guard-site.ts';
import { readJson } from '../limits/read-json.ts';

/** One request with its validated input. */
interface Call<Params, Query, Body> {
  readonly request: Request;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly ctx: RouteContext;
}

interface RouteAccess {
  /**
   * Whether only signed-in users may call it; the body of other clients is not read. Default:
   * false; clients with a share link may call it, too.
   */
  readonly needsUser?: boolean | undefined;
  /**
   * Whether the request starts or changes something, and so must not come from a page of another
   * site. Default: true for POST.
   */
  readonly isCommand?: boolean | undefined;
}

/** One method at one path. */
export interface Route extends RouteContract {
  /**
   * Checks a request and responds to it.
   * @throws ApiError; EventLogError. Both before the response starts.
   */
  answer(request: Request, params: unknown, ctx: RouteContext): Promise<Response>;
}

/** Makes a route whose handler gets input that the schemas of its contract have validated. */
export function handleRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(
  contract: RouteContract<Params, Query, Body>,
  handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Response>,
  { needsUser = false, isCommand = contract.method === 'POST' }: RouteAccess = {},
): Route {
  const { params, query, body, maxBodyBytes, tag } = contract;
  const hasBody = !Object.is(body, noBody);
  return {
    ...contract,
    answer: async (request, givenParams, ctx) => {
      if (isCommand) guardSite(request, ctx.allowedOrigins);
      if (needsUser) requireUser(ctx);
      else if (hasBody) requireViewer(ctx);
      return await handle({
        request,
        ctx,
        params: check(params, givenParams),
        // A load balancer may add any parameters to its health checks.
        query: check(query, readQuery(request, tag === 'server' ? null : query)),
        body: hasBody ? await readBody(body, request, maxBodyBytes) : check(body, undefined),
      });
    },
  };
}

async function readBody<Body extends z.ZodType>(
  schema: Body,
  request: Request,
  maxBytes: number | undefined,
): Promise<z.output<Body>> {
  const value = await readJson(request, maxBytes);
  if (value !== undefined || schema.safeParse(undefined).success) {
    return check(schema, value, 'The body');
  }
  throw new ApiError('invalid_input', 'The request has no body. Send one as application/json.');
}

/** Parameters that clients add: `_` to bypass caches, `evs_…` by a polyfill of EventSource. */
const ADDED = /^(?:_|evs_)/;

/**
 * Returns the parameters in the query of a request; repeated ones as a list.
 * @param schema has the known names; with `null`, all names are accepted
 * @throws ApiError `invalid_input` for an unknown name, because a typo such as `formt=simple` would
 *   silently be ignored.
 */
function readQuery({ url }: Request, schema: z.ZodObject | null): Record<string, unknown> {
  const given = new Map<string, string[]>();
  for (const [name, value] of new URL(url).searchParams) {
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  const known = Object.keys(schema?.shape ?? {});
  const unknown = [...given.keys()].filter((name) => !known.includes(name) && !ADDED.test(name));
  if (schema !== null && unknown.length > 0) {
    throw new ApiError(
      'invalid_input',
      `The query of the URL: ${describeUnknownNames(unknown, known)}`,
    );
  }
  const values = Array.from(given, ([name, all]): [string, unknown] => [
    name,
    all.length > 1 ? all : all[0],
  ]);
  return Object.fromEntries(values);
}
