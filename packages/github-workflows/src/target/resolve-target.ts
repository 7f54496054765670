import type { IssueTarget, RepositoryTarget } from '../contract/index.ts';
import { fatal } from '../failures.ts';
import type { GitHub } from '../github/github-client.ts';
import type { RepositoryCache } from '../repository/repository-cache.ts';
import type { Sample } from '../samples.ts';
import { folderTarget, folderRepository } from './folder-target.ts';
import { githubTarget, githubRepository } from './github-target.ts';
import type { ResolvedTarget, ResolvedRepository } from './resolved-target.ts';

export interface TargetSources {
  readonly github: GitHub;
  readonly cache: RepositoryCache;
  readonly samples: readonly Sample[];
  /** The folder with the code that the samples are about. */
  readonly repositoryRoot: string;
  readonly allowLocal: boolean;
}

/**
 * Resolves a target. Sends no request yet.
 * @throws FatalError `unknown_sample`, `local_not_allowed`.
 */
export function resolveTarget(target: IssueTarget, sources: TargetSources): ResolvedTarget {
  if (target.kind === 'github') return githubTarget(sources.github, sources.cache, target);
  if (target.kind === 'local') {
    if (sources.allowLocal) return folderTarget(target);
    throw fatal(
      'local_not_allowed',
      'This server does not read local folders. Name a GitHub issue instead.',
    );
  }
  const sample = sources.samples.find(({ name }) => name === target.name);
  if (sample !== undefined) {
    return folderTarget({ issue: sample.issue, path: sources.repositoryRoot });
  }
  const known = sources.samples.map(({ name }) => name).join(', ');
  throw fatal('unknown_sample', `There is no sample "${target.name}". There are: ${known}.`);
}

/**
 * Resolves a target without an issue. Sends no request yet.
 * @throws FatalError `local_not_allowed`.
 */
export function resolveRepository(
  target: RepositoryTarget,
  sources: Omit<TargetSources, 'samples'>,
): ResolvedRepository {
  switch (target.kind) {
    case 'github':
      return githubRepository(sources.github, sources.cache, target);
    case 'sample':
      return folderRepository(sources.repositoryRoot);
    case 'local':
      if (sources.allowLocal) return folderRepository(target.path);
      throw fatal(
        'local_not_allowed',
        'This server does not read local folders. Name a repository on GitHub instead.',
      );
  }
}
