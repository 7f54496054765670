import type { WorkflowContext } from '@runtape/engine';
import type { RepositoryTarget } from '@runtape/events';
import { z } from 'zod';
import { count } from '../count.ts';
import type { GitHub } from '../github/github-client.ts';
import type { OpenRepository, SharedRepositories } from '../repository/shared-repositories.ts';
import type { RepositorySubject } from '../subject/subject.ts';

export interface AskedRepository {
  /** Whoever asked for it disposes of it. */
  readonly repository: OpenRepository;
  /** Absolute, and never shown. */
  readonly root: string;
  /** `null` for a folder, which is what it is. */
  readonly commit: string | null;
  /** Names this repository among all that one can ask about; may be a path, and is never shown. */
  readonly place: string;
  /** For people. */
  readonly name: string;
}

interface OpenRequest {
  readonly target: RepositoryTarget;
  readonly subject: RepositorySubject;
  readonly hub: GitHub;
  readonly repositories: SharedRepositories;
}

const keptSchema = z.object({ commit: z.string().nullable() });

/** Makes the repository available on this machine, and says so. A later attempt opens the same commit again, quietly. */
export async function openAskedRepository(
  ctx: WorkflowContext,
  { target, subject, hub, repositories }: OpenRequest,
): Promise<AskedRepository> {
  const name = nameOf(target);
  const openAt = async (commit: string | null) => {
    const { root, leftOut, onlyTracked } = await subject.openFolder(commit, ctx.signal);
    const repository = await repositories.open(root, ctx.signal, { onlyTracked });
    const place = target.kind === 'github' ? `${hub.host}/${name}@${commit}` : root;
    return { asked: { repository, root, commit, place, name }, leftOut };
  };

  using opening = new DisposableStack();
  let opened: AskedRepository | undefined;
  const { commit } = await ctx.step('open-repository', keptSchema, async () => {
    await ctx.status('repository_opening', `Opening ${name}.`);
    const { message } = await subject.authenticate(ctx.signal);
    await ctx.log('debug', message);
    const settled = await subject.resolveCommit(ctx.signal);
    const { asked, leftOut } = await openAt(settled);
    opening.use(asked.repository);
    opened = asked;
    if (leftOut > 0) {
      await ctx.log('info', 'Links and very large files of the repository were left out.', {
        count: leftOut,
      });
    }
    const at = settled === null ? '' : ` at ${settled.slice(0, 7)}`;
    const { paths, isPartial } = asked.repository;
    await ctx.status(
      'repository_ready',
      `The repository${at} is ready: ${isPartial ? 'at least ' : ''}${count(paths.length, 'file')}.`,
    );
    return { commit: settled };
  });
  if (opened === undefined) return (await openAt(commit)).asked;
  opening.move();
  return opened;
}

function nameOf(target: RepositoryTarget): string {
  switch (target.kind) {
    case 'github':
      return `${target.owner}/${target.repo}`;
    case 'sample':
      return 'the code that the samples are about';
    case 'local':
      return 'the folder';
  }
}
