export { clientAddressOf } from './client-address-of.ts';
export { compressAnswer, compressStream } from './compress-answer.ts';
export { drainRequestBody } from './drain-request-body.ts';
export { networkOf } from './network-of.ts';
export { serveStream, type ServeStreamOptions, type Stale } from './serve-stream.ts';
export { type NextHandlers, toNextHandlers } from './to-next-handlers.ts';
export { toNodeFetch, type NodeBindings } from './to-node-fetch.ts';
export {
  type FastifyReply,
  type FastifyRequest,
  type NodeHandler,
  type NodeHandlerOptions,
  toNodeHandler,
} from './to-node-handler.ts';
