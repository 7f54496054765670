export {
  type App,
  type RunEvent,
  type RunState,
  type StartedRun,
  WorkflowFailedError,
  type WorkflowRun,
} from '@runtape/client';
export {
  defineContract,
  defineWorkflow,
  EngineError,
  FatalError,
  RetryableError,
  type TypesOf,
  type WorkflowContext,
  type WorkflowContract,
  type WorkflowDefinition,
} from '@runtape/engine';
export type { EventLog } from '@runtape/event-log';
export { ApiError } from '@runtape/server';
export type { Authenticate, User } from './authenticate.ts';
export {
  createRuntape,
  type ErrorContext,
  type RetentionSettings,
  type RouterContext,
  type Runtape,
  type RuntapeOptions,
  type StartOptions,
  type TrpcRoot,
  type WorkOptions,
} from './create-runtape.ts';
export { RuntapeError, type RuntapeErrorCode } from './errors.ts';
export type { StoreOption } from './store/open-store.ts';
export type { OpenStore, Store, StoreCallbacks } from './store/store.ts';
