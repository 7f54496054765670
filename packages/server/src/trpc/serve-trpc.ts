import type { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { requireViewer } from '../accounts/require-user.ts';
import type { ApiContext } from '../http/request-context.ts';
import { ApiError, toApiError, toTrpcError, errorResponse } from '../errors/api-error.ts';
import type { AppRouter } from './router.ts';
import { SharedSubscriptions } from './shared-subscriptions.ts';
import { JsonScan } from '../limits/json-scan.ts';
import { mediaTypeOf, notJson, readJsonText } from '../limits/read-json.ts';

/**
 * The maximum number of calls in one request. The page sends fewer; each may cost as much as a
 * separate request.
 */
const MAX_BATCH = 10;
const METHODS = ['GET', 'HEAD', 'POST'];

export interface TrpcHttpOptions {
  /** Makes the context of a request. @throws ApiError `unauthorized`. */
  readonly contextOf: (request: Request) => Promise<ApiContext>;
  /** Called with errors that are not the client's fault. */
  readonly report: ApiContext['report'];
  /**
   * Whether subscriptions are sent from bytes that all their readers share, not encoded by tRPC.
   */
  readonly sharesStreams: boolean;
}

/** Serves tRPC at `/trpc/*`. */
export function serveTrpc(
  router: AppRouter,
  { contextOf, report, sharesStreams }: TrpcHttpOptions,
): Hono {
  const app = new Hono();
  const subscriptions = sharesStreams ? new SharedSubscriptions(router) : null;
  app.all('/trpc/*', async ({ req: { raw } }) => {
    if (!METHODS.includes(raw.method)) return otherMethod(raw);
    // A page of another site could send the types of a form; browsers ask before they send JSON.
    if (raw.method === 'POST' && mediaTypeOf(raw) !== 'application/json') throw notJson();
    const call = await readCall(raw, contextOf);
    const stream = call.ctx && subscriptions?.serve(call.ctx, raw);
    if (stream) return stream;
    return await fetchRequestHandler({
      endpoint: '/trpc',
      req: call.request,
      router,
      maxBatchSize: MAX_BATCH,
      createContext: async (): Promise<ApiContext> => {
        // An error thrown here reaches the client in the format of tRPC.
        if (call.ctx === null) throw toTrpcError(call.error);
        return call.ctx;
      },
      responseMeta: ({ errors }) => ({ headers: retryAfter(errors) }),
      onError: ({ error, path }) => report(error, path?.slice(0, MAX_SHOWN) ?? '/trpc'),
    });
  });
  return app;
}

const MAX_SHOWN = 200;

type ReadCall =
  | { readonly request: Request; readonly ctx: ApiContext }
  | { readonly request: Request; readonly ctx: null; readonly error: unknown };

/** Authenticates before reading the body. */
async function readCall(
  request: Request,
  contextOf: TrpcHttpOptions['contextOf'],
): Promise<ReadCall> {
  try {
    const ctx = await contextOf(request);
    if (request.method !== 'POST') {
      scanQuery(request);
      return { request, ctx };
    }
    // The least that any mutation requires; each procedure checks the rest.
    requireViewer(ctx);
    const body = await readJsonText(request);
    const { url, method, headers, signal } = request;
    return { request: new Request(url, { method, headers, body, signal }), ctx };
  } catch (error) {
    return { request, ctx: null, error };
  }
}

/** The longest `Retry-After` of the failed calls. */
function retryAfter(errors: readonly TRPCError[]): Record<string, string> {
  const seconds = errors.flatMap((error) => toApiError(error).retryAfterSeconds ?? []);
  return seconds.length === 0 ? {} : { 'Retry-After': String(Math.max(...seconds)) };
}

function scanQuery({ url }: Request): void {
  const input = new URL(url).searchParams.get('input');
  if (input !== null) new JsonScan().push(new TextEncoder().encode(input));
}

function otherMethod({ method }: Request): Response {
  const message = `tRPC does not take ${method}. It takes GET and POST.`;
  return errorResponse(new ApiError('method_not_allowed', message), { Allow: METHODS.join(', ') });
}
