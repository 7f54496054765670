import { noBody, type RouteContract } from '@runtape/contract';
import { describeUnknownNames } from '@runtape/events';
import type { z } from 'zod';
import { requireUser, requireViewer } from '../accounts/require-user.ts';
import type { RouteContext } from './request-context.ts';
import { describeIssues } from '../errors/describe-issues.ts';
import { ApiError } from '../errors/api-error.ts';
import { guardSite } from '../accounts/guard-site.ts';
import { readJson } from '../limits/read-json.ts';

/** One request, checked. */
interface Call<Params, Query, Body> {
  readonly request: Request;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly ctx: RouteContext;
}

interface RouteAccess {
  /**
   * Only a signed-in user may ask; for others nothing of the body is read. Default: also a reader
   * that something was shared with.
   */
  readonly needsUser?: boolean | undefined;
  /**
   * The request starts or changes something, and so may not come from a page of another site.
   * Default: true for POST.
   */
  readonly isCommand?: boolean | undefined;
}

/** One method at one path. */
export interface Route extends RouteContract {
  /**
   * Checks a request and answers it.
   * @throws ApiError; EventLogError. Both before anything of the answer is sent.
   */
  answer(request: Request, params: unknown, ctx: RouteContext): Promise<Response>;
}

/** Makes a route whose handler gets only what the schemas of its contract let pass. */
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
        // A load balancer may add what it likes to ask whether the server is there.
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

/**
 * @param whole what the value is called as a whole. Default: `The input`.
 * @throws ApiError `invalid_input`.
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  whole?: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ApiError('invalid_input', describeIssues(parsed.error, whole), { cause: parsed.error });
}

/**
 * Added by clients, not by people: `_` keeps caches out, `evs_…` comes from a polyfill of
 * EventSource.
 */
const ADDED = /^(?:_|evs_)/;

/**
 * The parameters in the query of a request; a name that comes several times is a list.
 * @param schema has the names that are known; with `null` all are taken.
 * @throws ApiError `invalid_input` for a name that nobody knows: `formt=simple` would quietly be
 *   another format.
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
