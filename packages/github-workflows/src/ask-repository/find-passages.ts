import type { AskRepositoryInput } from '../contract/index.ts';
import type { WorkflowContext } from '@runtape/engine';
import { z } from 'zod';
import { type AskDependencies, openIndex } from './open-index.ts';
import { count } from '../text/count.ts';
import {
  choosePassages,
  formatPassages,
  type ReadPassage,
  readPassages,
  readPassageSchema,
} from '../retrieval/retrieve-passages.ts';
import { expandQuery } from '../retrieval/expand-query.ts';
import type { AskedRepository } from './open-asked-repository.ts';

const foundSchema = z.object({ passages: z.array(readPassageSchema) });

export interface FindRequest extends Pick<AskRepositoryInput, 'question' | 'history'> {
  readonly opened: AskedRepository;
  readonly dependencies: Pick<AskDependencies, 'indexes' | 'indexLimits' | 'now'>;
}

/**
 * Finds and reads passages that may answer a question. The result is stored, so a later attempt
 * needs no index.
 */
export async function findPassages(
  ctx: WorkflowContext,
  { question, history, opened, dependencies }: FindRequest,
): Promise<z.infer<typeof foundSchema>> {
  return ctx.step('find-passages', foundSchema, async () => {
    const index = await openIndex(ctx, opened, dependencies);
    const startedAt = performance.now();
    await ctx.status('retrieving', 'Looking for passages that may answer the question.');
    const chosen = choosePassages(await index.find(expandQuery(question, history), ctx.signal));
    const files = new Set(chosen.map(({ path }) => path)).size;
    await ctx.status(
      'passages_found',
      chosen.length === 0
        ? 'No passage has anything in common with the question.'
        : `Reading ${count(chosen.length, 'passage')} in ${count(files, 'file')}.`,
    );
    const passages = await readPassages(opened.repository, chosen, ctx.signal);
    const lines = passages.reduce((sum, passage) => sum + passage.lines.length, 0);
    await ctx.status('passages_read', `Read ${count(lines, 'line')}.`);
    await showPassages(ctx, question, passages, performance.now() - startedAt);
    return { passages };
  });
}

/** Shows the passages as a tool call, so that a page can unfold the lines behind a source. */
async function showPassages(
  ctx: WorkflowContext,
  question: string,
  passages: readonly ReadPassage[],
  tookMs: number,
): Promise<void> {
  const call = { callId: `${ctx.attempt}-passages`, name: 'find_passages' };
  await ctx.emit('tool:called', { ...call, arguments: { question } });
  await ctx.emit('tool:returned', {
    ...call,
    ok: true,
    summary: count(passages.length, 'passage'),
    output: formatPassages(passages),
    truncated: false,
    durationMs: Math.round(tookMs),
  });
}
