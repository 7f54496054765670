import { resolve } from 'node:path';
import { createWorker } from '@runtape/engine';
import {
  createAskRepository,
  createCommentOnIssue,
  createPostComment,
  createReviewIssue,
  type IssueWorkflowOptions,
  samples,
} from '@runtape/workflows';
import { connectModel } from './connect-model.ts';
import type { WorkerEnv } from './env.ts';
import { repositoryRoot } from './repository-root.ts';
import type { Store } from './open-store.ts';

const SECOND_MS = 1000;

/** Workflows that are being run by this process. */
export interface RunningWorker {
  /** True when the built-in demo model drafts. */
  readonly usesDemoModel: boolean;
  /** Hands over what still runs after `graceMs`, and ends everything that was started for it. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/**
 * Runs workflows of a store, as many at once as `WORKERS` says.
 * @param onError hears of what went wrong inside, for the log of this process only.
 */
export async function runWorkflows(
  env: WorkerEnv,
  { log, queue }: Store,
  onError: (error: unknown) => void,
): Promise<RunningWorker> {
  const model = await connectModel(env);
  const parts: IssueWorkflowOptions = {
    openai: { apiKey: model.apiKey, baseURL: model.baseURL, model: model.model },
    github: { token: env.GITHUB_TOKEN, apiUrl: env.GITHUB_API_URL },
    samples,
    repositoryRoot,
    allowLocal: true,
    cacheDir: resolve(env.RUNTAPE_CACHE),
    prices: env.MODEL_PRICES,
  };
  const worker = createWorker({
    log,
    queue,
    definitions: [
      createCommentOnIssue(parts),
      createReviewIssue(parts),
      createAskRepository(parts),
      createPostComment(parts),
    ],
    concurrency: env.WORKERS,
    leaseMs: env.LEASE_SECONDS * SECOND_MS,
    maxEvents: env.MAX_EVENTS,
    onError,
  });
  await worker.start();
  return {
    usesDemoModel: model.isDemo,
    stop: async (options) => {
      await worker.stop(options);
      await model[Symbol.asyncDispose]();
    },
  };
}
