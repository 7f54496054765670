export { describeReset } from './describe-reset.ts';
export {
  RuntapeProvider,
  type RuntapeProviderProps,
  useRuntapeClient,
} from './runtape-provider.tsx';
export {
  StreamHandler,
  type StreamHandlerError,
  type StreamHandlerProps,
} from './stream-handler.tsx';
export {
  useWorkflowStream,
  type WorkflowStream,
  type WorkflowStreamOptions,
} from './use-workflow-stream.ts';
export type { StreamReset } from './workflow-store.ts';
