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
} from '@runtape/workflows';
import { connectModel } from './connect-model.ts';
import type { WorkerEnv } from './env.ts';
import { permissionsOf } from './permissions-of.ts';
import { repositoryRoot } from './repository-root.ts';
import type { Store } from './open-store.ts';

const SECOND_MS = 1000;

/** For the log, once a store that was away or full does what it is asked again. */
export const STORE_IS_BACK = 'The store is available again. Waiting workflows continue.';

/** Workflows that are being run by this process. */
export interface RunningWorker {
  /** True when the built-in demo model drafts. */
  readonly usesDemoModel: boolean;
  /** Hands over what still runs after `graceMs`, and ends everything that was started for it. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** Who hears what, for the log of this process only. */
export interface WorkflowNews {
  /** What went wrong inside; once an outage, that the store is away or full. */
  readonly onError: (error: unknown) => void;
  /** The store does what it is asked again. @param awayMs for how long it did not. */
  readonly onStoreBack?: ((awayMs: number) => void) | undefined;
}

/** Runs workflows of a store, as many at once as `WORKERS` says. */
export async function runWorkflows(
  env: WorkerEnv,
  { log, queue }: Store,
  { onError, onStoreBack }: WorkflowNews,
): Promise<RunningWorker> {
  const model = await connectModel(env);
  const parts: IssueWorkflowOptions = {
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
      createCommentOnIssue(parts),
      createReviewIssue(parts),
      createAskRepository(parts),
      createPostComment(parts),
    ],
    concurrency: env.WORKERS,
    leaseMs: env.LEASE_SECONDS * SECOND_MS,
    maxEvents: env.MAX_EVENTS,
    loopGuard: { openLog: new URL('./guard-log.ts', import.meta.url), data: env },
    onError,
    onStoreBack,
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
