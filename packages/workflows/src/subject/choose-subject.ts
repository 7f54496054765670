import type { IssueTarget } from '@runtape/events';
import { fatal } from '../failures.ts';
import type { GitHub } from '../github/github-client.ts';
import type { RepositoryCache } from '../repository/repository-cache.ts';
import type { Sample } from '../samples.ts';
import { folderSubject } from './folder-subject.ts';
import { githubSubject } from './github-subject.ts';
import type { Subject } from './subject.ts';

export interface SubjectSources {
  readonly hub: GitHub;
  readonly cache: RepositoryCache;
  readonly samples: readonly Sample[];
  /** The folder with the code that the samples are about. */
  readonly repositoryRoot: string;
  readonly allowLocal: boolean;
}

/**
 * Finds what a target stands for. Asks nobody yet.
 * @throws FatalError `unknown_sample`, `local_not_allowed`.
 */
export function chooseSubject(target: IssueTarget, sources: SubjectSources): Subject {
  if (target.kind === 'github') return githubSubject(sources.hub, sources.cache, target);
  if (target.kind === 'local') {
    if (sources.allowLocal) return folderSubject(target);
    throw fatal(
      'local_not_allowed',
      'This server does not look into folders of its machine. Name a GitHub issue instead.',
    );
  }
  const sample = sources.samples.find(({ name }) => name === target.name);
  if (sample !== undefined) {
    return folderSubject({ issue: sample.issue, path: sources.repositoryRoot });
  }
  const known = sources.samples.map(({ name }) => name).join(', ');
  throw fatal('unknown_sample', `There is no sample "${target.name}". There are: ${known}.`);
}
