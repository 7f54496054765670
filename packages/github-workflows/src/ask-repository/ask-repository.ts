import {
  type AskRepositoryInput,
  askRepositoryInputSchema,
  type AskRepositoryResult,
  askRepositoryResultSchema,
  askRepositoryContract,
} from '../contract/index.ts';
import { join } from 'node:path';
import {
  defineWorkflow,
  type NoEvents,
  type WorkflowContext,
  type WorkflowDefinition,
} from '@runtape/engine';
import type { AskDependencies } from './open-index.ts';
import { answerQuestion } from './answer-question.ts';
import { findPassages } from './find-passages.ts';
import { openAskedRepository } from './open-asked-repository.ts';
import { connectDependencies, type IssueWorkflowOptions } from '../dependencies.ts';
import { permittedDependencies } from '../permissions.ts';
import { INDEX_LIMITS, type IndexLimits } from '../retrieval/build-index.ts';
import { IndexCache } from '../retrieval/index-cache.ts';
import { resolveRepository } from '../target/resolve-target.ts';

const MAX_INDEXES = 50;
const MAX_INDEX_BYTES = 64 * 2 ** 20;
const MAX_INDEXES_BYTES = 512 * 2 ** 20;

/** `cacheDir` also keeps the indexes, up to 50 and 512 MB. */
export interface AskRepositoryOptions extends IssueWorkflowOptions {
  /** Limits of the index. Default: files up to 500,000 bytes, 20,000,000 characters in all. */
  readonly indexLimits?: Partial<IndexLimits> | undefined;
}

/**
 * Defines the workflow that answers a question about a repository from passages of its files. They
 * are found by an index kept for each state of the repository.
 * @returns the definition `askRepository`. Its failures have the codes of `failureCodes`.
 */
export function createAskRepository(
  options: AskRepositoryOptions,
): WorkflowDefinition<
  'askRepository',
  typeof askRepositoryInputSchema,
  typeof askRepositoryResultSchema,
  NoEvents
> {
  const now = options.now ?? Date.now;
  const dependencies: AskDependencies = {
    ...connectDependencies(options),
    now,
    indexes: new IndexCache({
      folder: join(options.cacheDir, 'indexes'),
      maxIndexes: MAX_INDEXES,
      maxIndexBytes: MAX_INDEX_BYTES,
      maxBytes: MAX_INDEXES_BYTES,
      now,
    }),
    indexLimits: { ...INDEX_LIMITS, ...options.indexLimits },
  };
  return defineWorkflow({
    ...askRepositoryContract,
    budget: ({ budget }) => budget,
    run: (ctx, input) => askRepository(ctx, input, dependencies),
  });
}

async function askRepository(
  ctx: WorkflowContext,
  { question, target, history }: AskRepositoryInput,
  all: AskDependencies,
): Promise<AskRepositoryResult> {
  const dependencies = permittedDependencies(ctx, all);
  await using source = resolveRepository(target, dependencies);
  const { github, repositories } = dependencies;
  const opened = await openAskedRepository(ctx, { target, source, github, repositories });
  using repository = opened.repository;
  const { passages } = await findPassages(ctx, { question, history, opened, dependencies });
  // Awaited here, so that the code stays until the answer is there.
  return await answerQuestion(ctx, {
    question,
    history,
    passages,
    repository,
    model: dependencies.model,
  });
}
