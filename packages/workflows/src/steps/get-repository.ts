import type { WorkflowContext } from '@runtape/engine';
import { z } from 'zod';
import { count } from '../count.ts';
import type { OpenRepository, SharedRepositories } from '../repository/shared-repositories.ts';
import type { Subject } from '../subject/subject.ts';

/**
 * Makes the code of the subject available on this machine. A step; a later attempt opens the same commit again, quietly. Whoever asked
 * disposes of it.
 */
export async function getRepository(
  ctx: WorkflowContext,
  subject: Pick<Subject, 'resolveCommit' | 'openFolder'>,
  repositories: SharedRepositories,
): Promise<OpenRepository> {
  using opening = new DisposableStack();
  let opened: OpenRepository | undefined;
  const kept = z.object({ commit: z.string().nullable() });
  const { commit } = await ctx.step('get-repository', kept, async () => {
    const settled = await subject.resolveCommit(ctx.signal);
    const { root, leftOut, onlyTracked } = await subject.openFolder(settled, ctx.signal);
    opened = opening.use(await repositories.open(root, ctx.signal, { onlyTracked }));
    if (leftOut > 0) {
      await ctx.log('info', 'Links and very large files of the repository were left out.', {
        count: leftOut,
      });
    }
    const at = settled === null ? '' : ` at ${settled.slice(0, 7)}`;
    const atLeast = opened.isPartial ? 'at least ' : '';
    await ctx.status(
      'repository_ready',
      `The repository${at} is ready: ${atLeast}${count(opened.paths.length, 'file')}.`,
    );
    return { commit: settled };
  });
  if (opened === undefined) {
    const { root, onlyTracked } = await subject.openFolder(commit, ctx.signal);
    return await repositories.open(root, ctx.signal, { onlyTracked });
  }
  opening.move();
  return opened;
}
