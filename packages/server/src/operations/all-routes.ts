import type { MergedPlugins } from '../plugins/merge-plugins.ts';
import type { Route } from '../http/route.ts';
import type { StartableWorkflows } from '../start/startable-workflows.ts';
import { cancelRoute } from './cancel-workflow.ts';
import { getRoute } from './get-workflow.ts';
import { healthRoute } from './health.ts';
import { threadRoute } from './list-thread.ts';
import { listRoute } from './list-workflows.ts';
import { definitionsRoute } from './definitions.ts';
import { docsPageRoute, docsStyleRoute, openApiRoute } from './openapi.ts';
import { pauseRoute } from './pause-workflow.ts';
import { resumeRoute } from './resume-workflow.ts';
import { sharedEventsRoute } from './shared-events.ts';
import { startRouteOf } from './start-workflow.ts';
import { threadEventsRoute } from './thread-events.ts';
import { workflowEventsRouteOf } from './workflow-events.ts';

/** Makes all routes at `/api/`; the OpenAPI document is made from them, in this order. */
export function allRoutesOf(
  startable: StartableWorkflows,
  plugins: Pick<MergedPlugins, 'routes' | 'formats'>,
): readonly Route[] {
  return [
    startRouteOf(startable),
    definitionsRoute,
    listRoute,
    getRoute,
    workflowEventsRouteOf(Object.keys(plugins.formats)),
    sharedEventsRoute,
    cancelRoute,
    pauseRoute,
    resumeRoute,
    ...plugins.routes,
    threadRoute,
    threadEventsRoute,
    healthRoute,
    openApiRoute,
    docsPageRoute,
    docsStyleRoute,
  ];
}
