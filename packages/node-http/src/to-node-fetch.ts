import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { serveStream } from './serve-stream.ts';
import { drainRequestBody } from './drain-request-body.ts';

/** What `@hono/node-server` passes with a request. */
export type NodeBindings = HttpBindings | Http2Bindings;

/**
 * Turns an API into a fetch handler for `createAdaptorServer` of `@hono/node-server`: streams are
 * written directly to their sockets, and other responses are sent as usual. A client that is
 * refused while it is still sending receives its response.
 */
export function toNodeFetch(
  fetch: (request: Request) => Promise<Response>,
): (request: Request, bindings: NodeBindings) => Promise<Response> {
  return async (request, { incoming, outgoing }) => {
    const response = await fetch(request);
    await drainRequestBody(response, incoming);
    return serveStream(response, { outgoing }) ? RESPONSE_ALREADY_SENT : response;
  };
}
