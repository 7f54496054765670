import type { WorkflowContext } from '@runtape/engine';
import { z } from 'zod';
import type { Subject } from '../subject/subject.ts';

export const AUTHENTICATE = 'authenticate';
export const authenticatedSchema = z.object({ login: z.string().nullable() });

/** Finds out in whose name GitHub is asked. A step. */
export async function authenticate(
  ctx: WorkflowContext,
  subject: Pick<Subject, 'authenticate'>,
): Promise<{ login: string | null }> {
  return ctx.step(AUTHENTICATE, authenticatedSchema, async () => {
    const { login, message } = await subject.authenticate(ctx.signal);
    await ctx.status('authenticated', message);
    return { login };
  });
}
