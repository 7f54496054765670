export {
  clientAddressOf,
  type FastifyReply,
  type FastifyRequest,
  type NextHandlers,
  type NodeHandler,
  type NodeHandlerOptions,
  toNextHandlers,
  toNodeHandler,
} from '@runtape/node-http';
