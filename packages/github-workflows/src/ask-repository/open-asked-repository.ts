import type { RepositoryTarget } from '../contract/index.ts';
import type { WorkflowContext } from '@runtape/engine';
import type { GitHub } from '../github/github-client.ts';
import type { SharedRepositories } from '../repository/shared-repositories.ts';
import { type OpenedRepository, openTargetRepository } from '../steps/open-repository.ts';
import type { ResolvedRepository } from '../target/resolved-target.ts';

export interface AskedRepository extends OpenedRepository {
  /** Identifies the repository. It may be a path, and is never shown. */
  readonly location: string;
  /** The name to display. */
  readonly name: string;
}

interface OpenRequest {
  readonly target: RepositoryTarget;
  readonly source: ResolvedRepository;
  readonly github: GitHub;
  readonly repositories: SharedRepositories;
}

/** Opens the repository that a question is about, with a status for each stage. */
export async function openAskedRepository(
  ctx: WorkflowContext,
  { target, source, github, repositories }: OpenRequest,
): Promise<AskedRepository> {
  const name = nameOf(target);
  const opened = await openTargetRepository(ctx, {
    step: 'open-repository',
    source,
    repositories,
    before: async () => {
      await ctx.status('repository_opening', `Opening ${name}.`);
      const { message } = await source.authenticate(ctx.signal);
      await ctx.log('debug', message);
    },
  });
  const { root, commit } = opened;
  const location = target.kind === 'github' ? `${github.host}/${name}@${commit}` : root;
  return { ...opened, location, name };
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
