import type { GitHub } from '../github/github-client.ts';
import { readGithubIssue } from '../github/read-github-issue.ts';
import type { IssueAddress } from '../issue/issue.ts';
import type { RepositoryCache } from '../repository/repository-cache.ts';
import { githubRepository } from './github-repository.ts';
import type { Subject } from './subject.ts';

/** An issue on GitHub and the newest code of its repository. */
export function githubSubject(
  github: GitHub,
  cache: RepositoryCache,
  address: IssueAddress,
): Subject {
  return {
    ...githubRepository(github, cache, address),
    address,
    readIssue: (signal) => readGithubIssue(github, address, signal),
    foundAt: (found) => githubSubject(github, cache, found ?? address),
  };
}
