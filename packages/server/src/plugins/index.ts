/** What a plugin of the API is made of. */
export { findWorkflow } from '../accounts/find-workflow.ts';
export type { Identity } from '../accounts/identity.ts';
export { requireUser } from '../accounts/require-user.ts';
export { ApiError, docsOf, type ErrorStatus } from '../errors/api-error.ts';
export { check } from '../errors/check.ts';
export type { FrameContext } from '../broadcast/sse-encoder.ts';
export {
  describeEvent,
  describeSnapshot,
  type Progress,
  progressTypes,
} from '../http/formats/describe-progress.ts';
export type { Frame, SseFormat } from '../http/formats/format.ts';
export { FormatEncoder } from '../http/formats/format-encoder.ts';
export { type Outcome, outcomeOfEvent, outcomeOfSnapshot } from '../http/formats/outcome.ts';
export { implement, type Implementation, routeOf } from '../http/operation.ts';
export type { ApiContext, RouteContext } from '../http/request-context.ts';
export { handleRoute, type Route } from '../http/route.ts';
export { waitForEnd } from '../http/wait-for-end.ts';
export { streamWorkflowAsSse } from '../http/workflow-sse.ts';
export { parseCursorParam } from '../read/cursor-param.ts';
export { idempotencyKeyOf, startedResponse } from '../http/started-response.ts';
export { startAuthorised } from '../start/start-authorised.ts';
export type { StartContext } from '../start/start-context.ts';
export { startWorkflow } from '../start/start-workflow.ts';
export { defineStart, type StartRule, type StartRules } from '../start/startable-workflows.ts';
export type { Plugin } from './plugin.ts';
