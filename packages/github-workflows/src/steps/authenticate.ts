import type { WorkflowContext } from '@runtape/engine';
import { z } from 'zod';
import type { ResolvedTarget } from '../target/resolved-target.ts';

export const AUTHENTICATE = 'authenticate';
export const authenticatedSchema = z.object({ login: z.string().nullable() });

/** Determines the user that GitHub authenticates, in a step. */
export async function authenticate(
  ctx: WorkflowContext,
  target: Pick<ResolvedTarget, 'authenticate'>,
): Promise<{ login: string | null }> {
  return ctx.step(AUTHENTICATE, authenticatedSchema, async () => {
    const { login, message } = await target.authenticate(ctx.signal);
    await ctx.status('authenticated', message);
    return { login };
  });
}
