import type { WorkflowSnapshot } from '@runtape/events';
import { mayChange } from '../accounts/identity.ts';
import type { ApiContext } from './api-context.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';

/** A workflow as it is now. */
export interface WorkflowView {
  readonly snapshot: WorkflowSnapshot;
  /** How many streams of it this server serves right now. */
  readonly watchers: number;
  /** In ms since 1970. */
  readonly createdAt: number;
  /** Whether whoever asks may pause, resume, cancel and share it; who was only shown it may not. */
  readonly mayChange: boolean;
}

/**
 * @throws ApiError `unknown_workflow`, `unavailable`, `snapshot_too_large`, `answer_too_large`; EventLogError; an AbortError when
 * the signal aborts.
 */
export async function readWorkflow(
  ctx: ApiContext,
  workflowId: string,
  signal: AbortSignal,
): Promise<WorkflowView> {
  const record = await findWorkflow(ctx, workflowId);
  const snapshot = await ctx.snapshots.get(record, signal);
  ctx.answer.take(ctx.snapshots.weigh(snapshot));
  return {
    snapshot,
    watchers: ctx.fanOut.readers(record.workflowId),
    createdAt: record.createdAt,
    mayChange: mayChange(ctx.identity, record),
  };
}
