import { TimeSlice } from '@runtape/async';
import type { WorkflowContext } from '@runtape/engine';
import type { IssueWorkflowDependencies } from '../dependencies.ts';
import { fatal } from '../failures.ts';
import {
  type BuiltIndex,
  buildIndex,
  type IndexProgress,
  pathsToIndex,
  type IndexLimits,
} from '../retrieval/build-index.ts';
import { folderState } from '../retrieval/folder-state.ts';
import type { IndexCache } from '../retrieval/index-cache.ts';
import type { PassageIndex } from '../retrieval/passage-index.ts';
import { count, formatCount } from '../text/count.ts';
import type { AskedRepository } from './open-asked-repository.ts';

/** The dependencies that all stages share. */
export interface AskDependencies extends IssueWorkflowDependencies {
  readonly indexes: IndexCache;
  readonly indexLimits: IndexLimits;
  readonly now: () => number;
}

/** The minimum time between progress reports; the final report is always sent. */
const PROGRESS_INTERVAL_MS = 1_000;

/**
 * Takes the index of this state of the repository from the cache, or builds it.
 * @throws FatalError `repository_without_text`; the signal's reason once it aborts.
 */
export async function openIndex(
  ctx: WorkflowContext,
  opened: AskedRepository,
  { indexes, indexLimits, now }: Pick<AskDependencies, 'indexes' | 'indexLimits' | 'now'>,
): Promise<PassageIndex> {
  const { repository, root, commit, location } = opened;
  const state = commit ?? (await folderState(root, repository.paths, ctx.signal));
  const { indexed, built } = await indexes.get(
    { location, state },
    {
      signal: ctx.signal,
      onRemark: ({ message, fields }) => ctx.log('warn', message, fields),
      build: async () => {
        const { length } = await pathsToIndex(repository, new TimeSlice({ signal: ctx.signal }));
        await ctx.status('indexing', `Indexing ${count(length, 'file')}.`, { progress: 0 });
        return buildIndex(repository, {
          limits: indexLimits,
          signal: ctx.signal,
          onProgress: throttled(ctx, now),
        });
      },
    },
  );
  const size = `${count(indexed.index.size, 'passage')} of ${count(indexed.files, 'file')}`;
  if (built === null) {
    await ctx.status('index_reused', `This state was indexed before: ${size}.`);
    return indexed.index;
  }
  if (built.index.size === 0) throw withoutText(opened);
  await logLeftOut(ctx, built);
  await ctx.status('index_built', `The index is ready: ${size}.`);
  return indexed.index;
}

function throttled(
  ctx: WorkflowContext,
  now: () => number,
): (progress: IndexProgress) => Promise<void> {
  let reportedAt = now();
  let hasReported = false;
  return async ({ done, total }) => {
    // The final report follows only if an earlier one was sent.
    const isLast = hasReported && done === total;
    if (!isLast && now() - reportedAt < PROGRESS_INTERVAL_MS) return;
    reportedAt = now();
    hasReported = true;
    await ctx.status('indexing', `Indexing: ${formatCount(done)} of ${count(total, 'file')}.`, {
      progress: done / total,
    });
  };
}

async function logLeftOut(
  ctx: WorkflowContext,
  { leftOut, beyondLimit }: BuiltIndex,
): Promise<void> {
  if (leftOut > 0) {
    await ctx.log(
      'info',
      'Files that are binary, empty, very large, or written by programs were not indexed.',
      { count: leftOut },
    );
  }
  if (beyondLimit > 0) {
    await ctx.log(
      'warn',
      'The repository is too large to be indexed whole. Answers may miss the rest, mostly tests and data.',
      { count: beyondLimit },
    );
  }
}

function withoutText({ name, repository }: AskedRepository): Error {
  return fatal(
    'repository_without_text',
    `${explainNoText(repository.paths.length, name)} Check that it is the repository you mean.`,
  );
}

function explainNoText(files: number, name: string): string {
  const why = 'binary, empty, very large, or written by programs';
  switch (files) {
    case 0:
      return `There is no file in ${name} that may be read.`;
    case 1:
      return `The only file in ${name} is no text that could be read: it is ${why}.`;
    default:
      return `None of the ${count(files, 'file')} in ${name} is text that could be read: they are ${why}.`;
  }
}
