import { z } from 'zod';
import { mayChange } from '../accounts/identity.ts';
import { defineOperation } from '../http/operation.ts';
import { findWorkflow, workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { toItem, type WorkflowListItem } from './list-workflows.ts';

const inputSchema = z.object({ workflowId: workflowIdInputSchema });

/** What a list says of a workflow, and what whoever asks may do with it. */
export interface WorkflowInfo extends WorkflowListItem {
  /** Whether whoever asks may pause, resume, cancel and share it; who was only shown it may not. */
  readonly mayChange: boolean;
}

/**
 * A workflow in a few words, without reading its log: cheap enough to be asked for again and again.
 */
export const workflowInfo = defineOperation({
  input: inputSchema,
  run: async (ctx, input): Promise<WorkflowInfo> => {
    const record = await findWorkflow(ctx, input.workflowId);
    return {
      ...toItem(record, ctx.fanOut.readerCount(record.workflowId)),
      mayChange: mayChange(ctx.identity, record),
    };
  },
});
