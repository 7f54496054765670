import { resolve } from 'node:path';
import { createWorker } from '@runtape/engine';
import {
  createAskRepository,
  createCommentOnIssue,
  createPostComment,
  createReviewIssue,
  EndpointMemory,
  type IssueWorkflowOptions,
  samples,
} from '@runtape/github-workflows';
import { connectModel } from './connect-model.ts';
import type { WorkerEnv } from './env.ts';
import { permissionsOf } from './permissions-of.ts';
import { repositoryRoot } from './repository-root.ts';
import type { Store } from './open-store.ts';

const SECOND_MS = 1000;

/** Logged when the store is available again. */
export const STORE_RECOVERED = 'The store is available again. Waiting workflows continue.';

export interface RunningWorker {
  readonly usesDemoModel: boolean;
  /** Hands over workflows that still run after `graceMs`, and stops everything. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** Callbacks for the log of this process. */
export interface WorkerCallbacks {
  /** Called with internal errors; once per outage of the store. */
  readonly onError: (error: unknown) => void;
  /**
   * The store is available again.
   * @param awayMs the duration of the outage.
   */
  readonly onStoreRecovered?: ((awayMs: number) => void) | undefined;
}

/** Runs up to `WORKERS` workflows concurrently. */
export async function runWorkflows(
  env: WorkerEnv,
  { log, queue }: Store,
  { onError, onStoreRecovered }: WorkerCallbacks,
): Promise<RunningWorker> {
  const model = await connectModel(env);
  const workflowOptions: IssueWorkflowOptions = {
    openai: {
      apiKey: model.apiKey,
      baseURL: model.baseURL,
      model: model.model,
      idleMs: env.MODEL_IDLE_SECONDS && env.MODEL_IDLE_SECONDS * SECOND_MS,
      contextTokens: env.MODEL_CONTEXT_TOKENS,
      maxOutputTokens: env.MODEL_MAX_OUTPUT_TOKENS,
      memory: new EndpointMemory(),
    },
    github: { token: env.GITHUB_TOKEN, apiUrl: env.GITHUB_API_URL },
    samples,
    repositoryRoot,
    allowLocal: true,
    mayDo: (startedBy) => permissionsOf(env, startedBy),
    cacheDir: resolve(env.RUNTAPE_CACHE),
    maxCacheBytes: env.RUNTAPE_CACHE_MB * 2 ** 20,
    prices: env.MODEL_PRICES,
  };
  const worker = createWorker({
    log,
    queue,
    definitions: [
      createCommentOnIssue(workflowOptions),
      createReviewIssue(workflowOptions),
      createAskRepository(workflowOptions),
      createPostComment(workflowOptions),
    ],
    concurrency: env.WORKERS,
    leaseMs: env.LEASE_SECONDS * SECOND_MS,
    maxEvents: env.MAX_EVENTS,
    loopGuard: { openLog: new URL('./guard-log.ts', import.meta.url), data: env },
    onError,
    onStoreRecovered,
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
