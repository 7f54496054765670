import { z } from 'zod';

/** A schema under the name it has in the OpenAPI document. */
interface NamedSchema {
  readonly name: string;
  readonly schema: z.ZodType;
}

/** One kind of response, for the OpenAPI document. */
export interface ResponseDoc {
  readonly description: string;
  readonly json?: NamedSchema | undefined;
  /** The beginning of a stream of server-sent events, as an example. */
  readonly stream?: string | undefined;
  /** Another type of body, such as `text/html`. */
  readonly type?: string | undefined;
  /** Response headers, with what they contain. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An operation over plain HTTP: where it is, what it takes, and how it is documented. */
export interface RouteContract<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly tag: 'workflows' | 'events' | 'chat' | 'threads' | 'server';
  readonly summary: string;
  readonly description?: string | undefined;
  readonly method: 'GET' | 'POST';
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: `/api/${string}`;
  readonly params: Params;
  readonly query: Query;
  /** JSON; `noBody` leaves the body unread. */
  readonly body: Body;
  /** The name of the body's schema in the OpenAPI document. Default: the id and `Body`. */
  readonly bodyName?: string | undefined;
  /** Default: 2 MB. */
  readonly maxBodyBytes?: number | undefined;
  /** Request headers that are read, with what they mean. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** By status; refusals need not be named. */
  readonly answers: Readonly<Record<number, ResponseDoc>>;
  /** Documented statuses of errors, in addition to 400, 500, 503, and 401 for most. */
  readonly refusals?: readonly number[] | undefined;
  /** A request to try it out, with `WORKFLOW_ID` in place of a workflow's id. */
  readonly example?:
    | {
        readonly query?: Readonly<Record<string, string>> | undefined;
        readonly body?: object | undefined;
      }
    | undefined;
  /** For people, who find it by links, and so not in the OpenAPI document. Default: false. */
  readonly isPage?: boolean | undefined;
}

export const noParams = z.object({});
export const noQuery = z.object({});
export const noBody = z.undefined();

/** Describes a route; keeps the types of its schemas. */
export function defineRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(route: RouteContract<Params, Query, Body>): RouteContract<Params, Query, Body> {
  return route;
}
