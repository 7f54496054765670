import type { StartedWorkflow, StartRequest } from '@runtape/engine/start';
import type { ApiContext } from '../api-context.ts';

/** Starts a workflow. Every start passes here, whichever way it was asked for: what holds for all of them belongs here. */
export async function start(ctx: ApiContext, request: StartRequest): Promise<StartedWorkflow> {
  return await ctx.starter.start(request);
}
