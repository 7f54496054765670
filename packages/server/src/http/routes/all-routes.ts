import { chat, chatByQuery } from './chat.ts';
import { cancelWorkflow, pauseWorkflow, resumeWorkflow } from './commands.ts';
import { getWorkflow } from './get-workflow.ts';
import { health } from './health.ts';
import { listWorkflows } from './list-workflows.ts';
import { listThread } from './list-thread.ts';
import { docsPage, docsStyleSheet, openApi } from './openapi.ts';
import { postComment } from './post-comment.ts';
import type { Route } from '../route.ts';
import { sharedEvents } from './shared-events.ts';
import { startWorkflow } from './start-workflow.ts';
import { threadEvents } from './thread-events.ts';
import { workflowEvents } from './workflow-events.ts';

/** Everything at `/api/`. The OpenAPI document lists the same. */
export const allRoutes: readonly Route[] = [
  startWorkflow,
  listWorkflows,
  getWorkflow,
  workflowEvents,
  sharedEvents,
  cancelWorkflow,
  pauseWorkflow,
  resumeWorkflow,
  postComment,
  chat,
  chatByQuery,
  listThread,
  threadEvents,
  health,
  openApi,
  docsPage,
  docsStyleSheet,
];
