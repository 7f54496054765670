import { z } from 'zod';
import { workflowIdInputSchema } from '../../accounts/find-workflow.ts';

/** What the paths of a workflow have in common. */
export const workflowParams = z.object({
  workflowId: workflowIdInputSchema.describe('Names the workflow, such as wf_01jd3x….'),
});
