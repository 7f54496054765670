export { answerOnNode, type NodeBindings } from './answer-on-node.ts';
export { serveStream, type ServeStreamOptions, type Stale } from './serve-stream.ts';
export { takeRest } from './take-rest.ts';
