import type { WorkflowContext } from '@runtape/engine';
import { z } from 'zod';
import type { OpenRepository, SharedRepositories } from '../repository/shared-repositories.ts';
import type { ResolvedRepository } from '../target/resolved-target.ts';
import { count } from '../text/count.ts';

export interface OpenStep {
  /** Name of the step; stored, so it never changes. */
  readonly step: 'get-repository' | 'open-repository';
  readonly source: Pick<ResolvedRepository, 'resolveCommit' | 'openFolder'>;
  readonly repositories: SharedRepositories;
  /** Runs first in the step. Default: nothing. */
  readonly before?: (() => Promise<void>) | undefined;
}

export interface OpenedRepository {
  /** The caller disposes of it. */
  readonly repository: OpenRepository;
  /** Absolute, and never shown. */
  readonly root: string;
  /** `null` for a local folder, which has no commit. */
  readonly commit: string | null;
}

const storedSchema = z.object({ commit: z.string().nullable() });

/**
 * Makes a target's code available on this machine, in a step. A later attempt opens the same commit
 * again without a status.
 */
export async function openTargetRepository(
  ctx: WorkflowContext,
  { step, source, repositories, before }: OpenStep,
): Promise<OpenedRepository> {
  const { signal } = ctx;
  const openAt = async (commit: string | null) => {
    const { root, leftOut, onlyTracked } = await source.openFolder(commit, signal);
    const repository = await repositories.open(root, signal, { onlyTracked });
    return { repository, root, commit, leftOut };
  };

  let opened: OpenedRepository | undefined;
  try {
    const { commit } = await ctx.step(step, storedSchema, async () => {
      await before?.();
      const resolved = await source.resolveCommit(signal);
      const { leftOut, ...made } = await openAt(resolved);
      opened = made;
      const { paths, isPartial } = made.repository;
      if (leftOut > 0) {
        const message = 'Links and very large files of the repository were left out.';
        await ctx.log('info', message, { count: leftOut });
      }
      const at = resolved === null ? '' : ` at ${resolved.slice(0, 7)}`;
      const size = `${isPartial ? 'at least ' : ''}${count(paths.length, 'file')}`;
      await ctx.status('repository_ready', `The repository${at} is ready: ${size}.`);
      return { commit: resolved };
    });
    return opened ?? (await openAt(commit));
  } catch (error) {
    opened?.repository[Symbol.dispose]();
    throw error;
  }
}
