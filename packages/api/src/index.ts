export type { ApiContext, SampleInfo } from './api-context.ts';
export { type Api, type ApiOptions, createApi } from './create-api.ts';
export { ApiError, type ApiErrorCode } from './errors.ts';
export type { EventItem, EventPage } from './procedures/workflow-events.ts';
export type { WorkflowListItem } from './procedures/workflow-list.ts';
export type { AppRouter } from './router.ts';
