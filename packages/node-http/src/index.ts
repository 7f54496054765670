export { answerOnNode, type NodeBindings } from './answer-on-node.ts';
export { serveStream, type ServeStreamOptions } from './serve-stream.ts';
