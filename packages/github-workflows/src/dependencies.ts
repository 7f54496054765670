import type { StartedBy } from '@runtape/engine';
import { createGitHub, type GitHub, type GitHubOptions } from './github/github-client.ts';
import { createPublicGitHub } from './github/only-public.ts';
import { denyUsers, type WorkflowPermissions } from './permissions.ts';
import { createModel, type Model, type ModelOptions } from './model/model-client.ts';
import type { Prices } from './model/prices.ts';
import type { UnpackLimits } from './repository/entry-guard.ts';
import { RepositoryCache } from './repository/repository-cache.ts';
import { SharedRepositories } from './repository/shared-repositories.ts';
import { UNPACK_LIMITS } from './repository/unpack-tarball.ts';
import type { Sample } from './samples.ts';

const MAX_CACHED_REPOSITORIES = 20;

/** The external dependencies of a workflow about an issue. */
export interface IssueWorkflowOptions {
  readonly openai: ModelOptions;
  readonly github: GitHubOptions;
  readonly samples: readonly Sample[];
  /** The folder with the code that the samples are about. */
  readonly repositoryRoot: string;
  /** Where repositories are unpacked. Created if missing; other processes may share it. */
  readonly cacheDir: string;
  /** The maximum size of the unused repositories in the cache, in bytes. Default: 4 GiB. */
  readonly maxCacheBytes?: number | undefined;
  /** Whether a `local` target may name any folder of this machine. */
  readonly allowLocal: boolean;
  /**
   * The permissions of the user who started a workflow. Default: none if the user is known, else
   * all.
   */
  readonly mayDo?: ((startedBy: StartedBy) => WorkflowPermissions) | undefined;
  /** Prices of models, before the built-in ones. */
  readonly prices?: Prices | undefined;
  /**
   * Limits for repositories from GitHub. Default: 256 MB packed; 1 GB and 100,000 entries unpacked;
   * files up to 5 MB.
   */
  readonly limits?: Partial<UnpackLimits> | undefined;
  /** Returns the time in ms since 1970. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

/** The same options with the clients and caches created. */
export interface IssueWorkflowDependencies extends Omit<IssueWorkflowOptions, 'github'> {
  readonly github: GitHub;
  /** The GitHub client, restricted to public repositories. */
  readonly publicGithub: GitHub;
  readonly mayDo: (startedBy: StartedBy) => WorkflowPermissions;
  readonly model: Model;
  readonly cache: RepositoryCache;
  readonly repositories: SharedRepositories;
}

/** Makes the clients and caches a workflow needs. Sends no request yet. */
export function connectDependencies(options: IssueWorkflowOptions): IssueWorkflowDependencies {
  const now = options.now ?? Date.now;
  return {
    ...options,
    github: createGitHub(options.github, now),
    publicGithub: createPublicGitHub(options.github, now),
    mayDo: options.mayDo ?? denyUsers,
    model: createModel(options.openai, options.prices ?? {}, now),
    cache: new RepositoryCache({
      folder: options.cacheDir,
      limits: { ...UNPACK_LIMITS, ...options.limits },
      maxRepositories: MAX_CACHED_REPOSITORIES,
      maxBytes: options.maxCacheBytes,
      now,
    }),
    repositories: new SharedRepositories(),
  };
}
