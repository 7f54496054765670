export { toNodeFetch, type NodeBindings } from './to-node-fetch.ts';
export { serveStream, type ServeStreamOptions, type Stale } from './serve-stream.ts';
export { drainRequestBody } from './drain-request-body.ts';
