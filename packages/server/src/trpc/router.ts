import { cancelWorkflow } from './procedures/cancel-workflow.ts';
import { features } from './procedures/features.ts';
import { onThreadEvents } from './procedures/on-thread-events.ts';
import { onWorkflowEvents } from './procedures/on-workflow-events.ts';
import { pauseWorkflow } from './procedures/pause-workflow.ts';
import { postComment } from './procedures/post-comment.ts';
import { resumeWorkflow } from './procedures/resume-workflow.ts';
import { samples } from './procedures/samples.ts';
import { shareWorkflow } from './procedures/share-workflow.ts';
import { startComment } from './procedures/start-comment.ts';
import { startQuestion } from './procedures/start-question.ts';
import { startReview } from './procedures/start-review.ts';
import { statistics } from './procedures/statistics.ts';
import { threadEvents } from './procedures/thread-events.ts';
import { workflowEvents } from './procedures/workflow-events.ts';
import { workflowGet } from './procedures/workflow-get.ts';
import { workflowInfo } from './procedures/workflow-info.ts';
import { workflowInput } from './procedures/workflow-input.ts';
import { workflowList } from './procedures/workflow-list.ts';
import { workflowPast } from './procedures/workflow-past.ts';
import { workflowTape } from './procedures/workflow-tape.ts';
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
