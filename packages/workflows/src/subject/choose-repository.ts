import type { RepositoryTarget } from '@runtape/events';
import { fatal } from '../failures.ts';
import type { SubjectSources } from './choose-subject.ts';
import { folderRepository } from './folder-repository.ts';
import { githubRepository } from './github-repository.ts';
import type { RepositorySubject } from './subject.ts';

/**
 * Finds what a target without an issue stands for. Asks nobody yet.
 * @throws FatalError `local_not_allowed`.
 */
export function chooseRepository(
  target: RepositoryTarget,
  sources: Omit<SubjectSources, 'samples'>,
): RepositorySubject {
  switch (target.kind) {
    case 'github':
      return githubRepository(sources.hub, sources.cache, target);
    case 'sample':
      return folderRepository(sources.repositoryRoot);
    case 'local':
      if (sources.allowLocal) return folderRepository(target.path);
      throw fatal(
        'local_not_allowed',
        'This server does not look into folders of its machine. Name a repository on GitHub instead.',
      );
  }
}
