import { getTRPCErrorShape } from '@trpc/server';
import { type ApiError, toTrpcError } from '../errors/api-error.ts';
import { jsonTransformer } from './json-transformer.ts';
import type { StreamProtocol } from '../broadcast/client-connection.ts';
import type { AppRouter } from './router.ts';

/*
 * What tRPC 11 writes for a subscription over server-sent events (`sseStreamProducer`), byte for
 * byte: each field is followed by a line break, and each frame by two more. A test compares them.
 */

const encoder = new TextEncoder();

/** A value that `tracked()` was given, as a frame. */
export function trackedFrame(id: string, data: unknown): string {
  return `data: ${JSON.stringify(jsonTransformer.output.serialize(data))}\nid: ${id}\n\n\n`;
}

function eventFrame(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n\n`;
}

/** What goes over the connection of one subscription beside its values. */
export function trpcProtocol(router: AppRouter, path: string): StreamProtocol {
  // oxlint-disable-next-line no-underscore-dangle -- How tRPC calls what adapters may read.
  const config = router._def._config;
  const failed = (error: ApiError): Uint8Array => {
    const shape = getTRPCErrorShape({
      config,
      error: toTrpcError(error),
      type: 'subscription',
      path,
      input: undefined,
      ctx: undefined,
    });
    const data = JSON.stringify(jsonTransformer.output.serialize(shape));
    return encoder.encode(eventFrame('serialized-error', data));
  };
  return {
    // tRPC has no way to say when to come back, and its clients wait three seconds, all of them.
    greeting: (retryMs) =>
      encoder.encode(
        `retry: ${retryMs}\n${eventFrame('connected', JSON.stringify(config.sse?.client ?? {}))}`,
      ),
    heartbeat: encoder.encode(eventFrame('ping', '')),
    completed: encoder.encode(eventFrame('return', '')),
    failed,
    // A normal end would tell the client that the workflow is over.
    stopped: failed,
  };
}
