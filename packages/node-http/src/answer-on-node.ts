import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { serveStream } from './serve-stream.ts';
import { takeRest } from './take-rest.ts';

/** What `@hono/node-server` gives beside a request. */
export type NodeBindings = HttpBindings | Http2Bindings;

/**
 * What `createAdaptorServer` of `@hono/node-server` takes, of an API: streams go straight to their
 * sockets, and everything else goes as it does without. A client that is refused while it is still
 * sending gets its answer.
 */
export function answerOnNode(
  fetch: (request: Request) => Promise<Response>,
): (request: Request, bindings: NodeBindings) => Promise<Response> {
  return async (request, { incoming, outgoing }) => {
    const response = await fetch(request);
    await takeRest(response, incoming);
    return serveStream(response, { outgoing }) ? RESPONSE_ALREADY_SENT : response;
  };
}
