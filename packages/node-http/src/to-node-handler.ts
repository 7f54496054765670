import { compressAnswer, compressStream } from './compress-answer.ts';
import { recordAddress } from './client-address-of.ts';
import { drainRequestBody } from './drain-request-body.ts';
import { type Outgoing, sendResponse } from './send-response.ts';
import { serveStream, type Stale } from './serve-stream.ts';
import { type Incoming, toWebRequest } from './to-web-request.ts';

const STALE_MS = 120_000;

export interface NodeHandlerOptions {
  /**
   * Whether answers and streams are compressed with gzip for clients that accept it. Every event of
   * a stream is still sent at once. Default: true.
   */
  readonly compress?: boolean | undefined;
  /** Ends streams whose client takes no more data. Default: after 120,000 ms, silently. */
  readonly stale?: Stale | undefined;
  /**
   * Receives what answering a request fails with, if there is no `next` that takes it. Default:
   * ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The part of Fastify's request that is used. */
export interface FastifyRequest {
  readonly raw: Incoming;
  readonly body: unknown;
  readonly ip: string;
}

/** The part of Fastify's reply that is used. */
export interface FastifyReply {
  readonly raw: Outgoing;
  hijack(): unknown;
  getHeaders(): Record<string, number | string | string[] | undefined>;
}

/** A request handler of `node:http`, `node:http2`, Express and Fastify. */
export type NodeHandler = (
  request: Incoming | FastifyRequest,
  response: Outgoing | FastifyReply,
  next?: (error?: unknown) => void,
) => void;

/**
 * Makes a handler for Node's servers of an API, such as one of `createRuntape`:
 * `createServer(toNodeHandler(runtape))`, `express.use('/runtape', toNodeHandler(runtape))`, also
 * behind `express.json()`, and `fastify.all('/runtape/*', toNodeHandler(runtape))`. Streams are
 * written directly to their sockets.
 * @param api `fetch` gets the URL as the framework left it: Express removes the path of a mount.
 * @returns a handler that never throws. Errors go to `next`, which Express passes, or to
 *   `onError`, and the client gets 500.
 */
export function toNodeHandler(
  api: { readonly fetch: (request: Request) => Promise<Response> },
  { compress = true, stale, onError }: NodeHandlerOptions = {},
): NodeHandler {
  const sending = { compress, stale: stale ?? { afterMs: STALE_MS, onEnded: () => undefined } };

  async function handle(...[request, response, next]: Parameters<NodeHandler>): Promise<void> {
    const { incoming, parsed, address } = readRequest(request);
    const outgoing = takeOver(response);
    try {
      const leaving = new AbortController();
      outgoing.once('close', () => {
        if (!outgoing.writableEnded) leaving.abort();
      });
      const asked = toWebRequest(incoming, parsed, leaving.signal);
      if (asked === null) {
        await sendResponse(errorOf(400, 'invalid_input', NOT_ANSWERED), outgoing, sending.stale);
        return;
      }
      recordAddress(asked, address);
      const answer = await api.fetch(asked);
      keepVary(answer, outgoing);
      await drainRequestBody(answer, incoming);
      await send(asked, answer, { ...sending, outgoing });
    } catch (error) {
      if (next === undefined) onError?.(error);
      // A response that has begun is cut, so that it does not look complete.
      if (outgoing.headersSent) outgoing.destroy();
      else if (next !== undefined) next(error);
      else await sendResponse(errorOf(500, 'internal', FAILED), outgoing, sending.stale);
    }
  }

  return (...args) => void handle(...args);
}

function readRequest(request: Incoming | FastifyRequest) {
  const incoming = 'raw' in request ? request.raw : request;
  // Express and Fastify have added them.
  const ip: unknown = Reflect.get(request, 'ip');
  const parsed: unknown = Reflect.get(request, 'body');
  const address = typeof ip === 'string' ? ip : incoming.socket.remoteAddress;
  return { incoming, parsed, address: address ?? 'unknown' };
}

/** Fastify's hooks have set headers on its reply, such as those of CORS. */
function takeOver(response: Outgoing | FastifyReply): Outgoing {
  if (!('raw' in response)) return response;
  response.hijack();
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) response.raw.setHeader(name, value);
  }
  return response.raw;
}

/** A middleware may have set `Vary`, which the headers of the answer would replace. */
function keepVary({ headers }: Response, outgoing: Outgoing): void {
  const before = outgoing.getHeader('vary');
  if (before !== undefined) headers.append('Vary', String(before));
}

async function send(
  request: Request,
  answer: Response,
  { outgoing, compress, stale }: { outgoing: Outgoing; compress: boolean; stale: Stale },
): Promise<void> {
  const { encoding = null } = (compress ? compressStream(request, answer) : null) ?? {};
  if (serveStream(answer, { outgoing, encoding, stale })) return;
  await sendResponse(compress ? await compressAnswer(request, answer) : answer, outgoing, stale);
}

const NOT_ANSWERED = 'A request like this is not answered here. Check its address and method.';
const FAILED =
  'Something went wrong on the server. Try again; if it stays, the log of the server says more.';

function errorOf(status: number, code: string, message: string): Response {
  const error = { code, message, docs: `docs/errors/${code}.md` };
  return Response.json({ error }, { status });
}
