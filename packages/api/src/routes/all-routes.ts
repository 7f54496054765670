import { health } from './health.ts';
import type { Route } from './route.ts';
import { workflowEvents } from './workflow-events.ts';

/** Everything at `/api/`. The OpenAPI document lists the same. */
export const allRoutes: readonly Route[] = [workflowEvents, health];
