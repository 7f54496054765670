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
  /** An example of the stream: its first server-sent events. */
  readonly stream?: string | undefined;
  /** Another type of body, such as `text/html`. */
  readonly type?: string | undefined;
  /** Descriptions of the response headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An operation over plain HTTP: its path, its input and its documentation. */
export interface RouteContract<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  /** Groups it in the documentation: `workflows`, `events`, `threads`, `server`, or another. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string | undefined;
  readonly method: 'GET' | 'POST';
  /** With parameters in braces, as in OpenAPI. */
  readonly path: `/api/${string}`;
  readonly params: Params;
  readonly query: Query;
  /** The JSON body; with `noBody` it is not read. */
  readonly body: Body;
  /** The name of the body's schema in the OpenAPI document. Default: the id and `Body`. */
  readonly bodyName?: string | undefined;
  /** Default: 2 MB. */
  readonly maxBodyBytes?: number | undefined;
  /** Descriptions of the request headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** By status; errors need not be listed. */
  readonly answers: Readonly<Record<number, ResponseDoc>>;
  /** Documented statuses of errors, in addition to 400, 500, 503, and 401 for most. */
  readonly refusals?: readonly number[] | undefined;
  /** An example request, with `WORKFLOW_ID` in place of a workflow's id. */
  readonly example?:
    | {
        readonly query?: Readonly<Record<string, string>> | undefined;
        readonly body?: object | undefined;
      }
    | undefined;
  /** Whether it is a page for people, which the OpenAPI document leaves out. Default: false. */
  readonly isPage?: boolean | undefined;
}

export const noParams = z.object({});
export const noQuery = z.object({});
export const noBody = z.undefined();

/** Returns the route, and infers the types of its schemas. */
export function defineRoute<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(route: RouteContract<Params, Query, Body>): RouteContract<Params, Query, Body> {
  return route;
}
