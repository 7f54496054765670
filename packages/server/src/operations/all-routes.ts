import type { Route } from '../http/route.ts';
import { cancelRoute } from './cancel-workflow.ts';
import { chatByQueryRoute, chatRoute } from './chat.ts';
import { getRoute } from './get-workflow.ts';
import { healthRoute } from './health.ts';
import { threadRoute } from './list-thread.ts';
import { listRoute } from './list-workflows.ts';
import { definitionsRoute } from './definitions.ts';
import { docsPageRoute, docsStyleRoute, openApiRoute } from './openapi.ts';
import { pauseRoute } from './pause-workflow.ts';
import { postCommentRoute } from './post-comment.ts';
import { resumeRoute } from './resume-workflow.ts';
import { sharedEventsRoute } from './shared-events.ts';
import { startRouteOf } from './start-workflow.ts';
import type { StartableWorkflows } from '../start/startable-workflows.ts';
import { threadEventsRoute } from './thread-events.ts';
import { workflowEventsRoute } from './workflow-events.ts';

/** Makes all routes at `/api/`; the OpenAPI document is made from them. */
export const allRoutesOf = (startable: StartableWorkflows): readonly Route[] => [
  startRouteOf(startable),
  definitionsRoute,
  listRoute,
  getRoute,
  workflowEventsRoute,
  sharedEventsRoute,
  cancelRoute,
  pauseRoute,
  resumeRoute,
  postCommentRoute,
  chatRoute,
  chatByQueryRoute,
  threadRoute,
  threadEventsRoute,
  healthRoute,
  openApiRoute,
  docsPageRoute,
  docsStyleRoute,
];
