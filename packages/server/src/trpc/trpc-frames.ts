import { getTRPCErrorShape } from '@trpc/server';
import { type ApiError, toTrpcError } from '../errors/api-error.ts';
import { jsonTransformer } from './json-transformer.ts';
import type { StreamProtocol } from '../broadcast/client-connection.ts';
import type { AppRouter } from './router.ts';

/*
 * Makes the same bytes as tRPC 11 for a subscription over server-sent events (`sseStreamProducer`):
 * each field is followed by a line break, and each frame by two more. A test compares them.
 */

const encoder = new TextEncoder();

/** Makes the frame of a value that `tracked()` returned. */
export function trackedFrame(id: string, data: unknown): string {
  return `data: ${JSON.stringify(jsonTransformer.output.serialize(data))}\nid: ${id}\n\n\n`;
}

function eventFrame(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n\n`;
}

/** Makes the frames of one subscription apart from its values. */
export function trpcProtocol(router: AppRouter, path: string): StreamProtocol {
  // oxlint-disable-next-line no-underscore-dangle -- tRPC's name for the part that adapters may read.
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
    // tRPC itself sends no `retry:`, so all its clients would reconnect after three seconds.
    greeting: (retryMs) =>
      encoder.encode(
        `retry: ${retryMs}\n${eventFrame('connected', JSON.stringify(config.sse?.client ?? {}))}`,
      ),
    heartbeat: encoder.encode(eventFrame('ping', '')),
    completed: encoder.encode(eventFrame('return', '')),
    failed,
    // After a normal end the client would assume that the workflow has ended.
    stopped: failed,
  };
}
