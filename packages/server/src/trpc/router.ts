import { cancelWorkflow } from './cancel-workflow.ts';
import { features } from './features.ts';
import { onThreadEvents } from './on-thread-events.ts';
import { onWorkflowEvents } from './on-workflow-events.ts';
import { pauseWorkflow } from './pause-workflow.ts';
import { postComment } from './post-comment.ts';
import { resumeWorkflow } from './resume-workflow.ts';
import { samples } from './samples.ts';
import { shareWorkflow } from './share-workflow.ts';
import { startComment } from './start-comment.ts';
import { startQuestion } from './start-question.ts';
import { startReview } from './start-review.ts';
import { statistics } from './statistics.ts';
import { threadEvents } from './thread-events.ts';
import { workflowEvents } from './workflow-events.ts';
import { workflowGet } from './workflow-get.ts';
import { workflowInfo } from './workflow-info.ts';
import { workflowInput } from './workflow-input.ts';
import { workflowList } from './workflow-list.ts';
import { workflowPast } from './workflow-past.ts';
import { workflowTape } from './workflow-tape.ts';
import { createTrpc, type TrpcOptions } from './create-trpc.ts';

/** The tRPC router, whole. */
export function createRouter(options: TrpcOptions) {
  const { router, procedure } = createTrpc(options);
  return router({
    startComment: startComment(procedure),
    startQuestion: startQuestion(procedure),
    startReview: startReview(procedure),
    postComment: postComment(procedure),
    cancelWorkflow: cancelWorkflow(procedure),
    pauseWorkflow: pauseWorkflow(procedure),
    resumeWorkflow: resumeWorkflow(procedure),
    shareWorkflow: shareWorkflow(procedure),
    features: features(procedure),
    samples: samples(procedure),
    statistics: statistics(procedure),
    workflow: {
      get: workflowGet(procedure),
      info: workflowInfo(procedure),
      input: workflowInput(procedure),
      list: workflowList(procedure),
      events: workflowEvents(procedure),
      past: workflowPast(procedure),
      tape: workflowTape(procedure),
    },
    thread: { events: threadEvents(procedure) },
    onWorkflowEvents: onWorkflowEvents(procedure),
    onThreadEvents: onThreadEvents(procedure),
  });
}

/** The type of the router, for typed clients. */
export type AppRouter = ReturnType<typeof createRouter>;
