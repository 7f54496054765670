import { z } from 'zod';
import { describeUnknownNames } from '@runtape/events';
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

/** A schema under the name it has in the OpenAPI document. */
interface NamedSchema {
  readonly name: string;
  readonly schema: z.ZodType;
}

/** One kind of answer, for the OpenAPI document. */
export interface AnswerDoc {
  readonly description: string;
  readonly json?: NamedSchema | undefined;
  /** The beginning of a stream of server-sent events, as an example. */
  readonly stream?: string | undefined;
  /** Another type of body, such as `text/html`. */
  readonly type?: string | undefined;
  /** Headers that carry something, with what they carry. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface RouteExample {
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: object | undefined;
}

/** What a route is, for the OpenAPI document; the same schemas check the requests. */
interface RouteDoc {
  readonly id: string;
  readonly tag: 'workflows' | 'events' | 'chat' | 'threads' | 'server';
  readonly summary: string;
  readonly description?: string | undefined;
  /** By status; refusals need not be named. */
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  /** What to send to try it out, with `WORKFLOW_ID` for that of a workflow. */
  readonly example?: RouteExample | undefined;
  /** For people, who find it by its links, and so not in the OpenAPI document. Default: false. */
  readonly isPage?: boolean | undefined;
  /** Statuses of refusals beside 400, 500 and, but for what tells of the server itself, 401. */
  readonly refusals?: readonly number[] | undefined;
  /** Headers that are read, with what they mean. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RouteSource<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
> extends RouteDoc {
  readonly method: 'GET' | 'POST';
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: `/api/${string}`;
  readonly params: Params;
  readonly query: Query;
  /** JSON; `noBody` leaves the body unread. */
  readonly body: Body;
  readonly bodyName?: string | undefined;
  /** Default: 2 MB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Nobody who did not sign in may ask, and so nothing of their body is read. Default: whoever was
   * shown something may.
   */
  readonly needsUser?: boolean | undefined;
  /**
   * The request starts or changes something, and so does not come from a page of another site.
   * Default: that of a POST.
   */
  readonly isCommand?: boolean | undefined;
  handle(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Response>;
}

/** One method at one path. */
export interface Route extends RouteDoc {
  readonly method: 'GET' | 'POST';
  readonly path: `/api/${string}`;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly bodySchema: NamedSchema | null;
  /**
   * Checks a request and answers it.
   * @throws ApiError; EventLogError. Both before anything of the answer is sent.
   */
  answer(request: Request, params: unknown, ctx: RouteContext): Promise<Response>;
}

export const noParams = z.object({});
export const noQuery = z.object({});
export const noBody = z.undefined();

/** Makes a route whose handler gets only what its schemas let pass. */
export function defineRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(source: RouteSource<Params, Query, Body>): Route {
  const { params, query, body, bodyName, maxBodyBytes, needsUser, isCommand, ...doc } = source;
  const hasBody = !Object.is(body, noBody);
  return {
    ...doc,
    params,
    query,
    bodySchema: hasBody ? { name: bodyName ?? `${doc.id}Body`, schema: body } : null,
    answer: async (request, givenParams, ctx) => {
      if (isCommand ?? source.method === 'POST') guardSite(request, ctx.allowedOrigins);
      if (needsUser === true) requireUser(ctx);
      else if (hasBody) requireViewer(ctx);
      const call = {
        params: check(params, givenParams),
        // A load balancer may add what it likes to ask whether the server is there.
        query: check(query, readQuery(request, source.tag === 'server' ? null : query)),
        body: hasBody ? await readBody(body, request, maxBodyBytes) : check(body, undefined),
      };
      return await source.handle({ request, ctx, ...call });
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
