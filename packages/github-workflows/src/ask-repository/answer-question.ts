import { type AskRepositoryResult, askRepositoryResultSchema } from '../contract/index.ts';
import type { WorkflowContext } from '@runtape/engine';
import { DraftText } from '../model/draft-text.ts';
import type { Model } from '../model/model-client.ts';
import type { Repository } from '../repository/repository.ts';
import { count } from '../text/count.ts';
import { runToolLoop } from '../tool-loop/run-tool-loop.ts';
import { Sources } from '../tool-loop/sources.ts';
import { answerMessages, type AskedQuestion } from './answer-prompt.ts';
import { checkCitations } from './check-citations.ts';

/** The passages usually suffice, and a person is waiting for the answer. */
const LIMITS = { rounds: 5, toolChars: 100_000 };
const REFUSAL = 'The model refused to answer this question. Rephrase it, or try another model.';

export interface AnswerRequest extends AskedQuestion {
  readonly repository: Repository;
  readonly model: Model;
}

/**
 * Lets the model answer from the passages, and look further if needed. Citations become sources.
 */
export async function answerQuestion(
  ctx: WorkflowContext,
  request: AnswerRequest,
): Promise<AskRepositoryResult> {
  return ctx.step('answer', askRepositoryResultSchema, async () => {
    const { model, repository, ...asked } = request;
    await ctx.status('answering', `Answering with ${model.name}.`);
    const shown = new Sources();
    for (const passage of asked.passages) shown.add(passage);
    const paths = new Set(repository.paths);
    const text = new DraftText((token) => ctx.emit('token', token), 'answer');
    const { answer, spent } = await runToolLoop(ctx, {
      spender: ctx,
      model,
      messages: answerMessages(asked),
      repository,
      sources: shown,
      text,
      limits: LIMITS,
      refusal: REFUSAL,
      onResult: ({ name }, output) => {
        if (name === 'search_text') addHits(output, paths, shown);
      },
    });
    const isCutOff = answer.isCut;
    if (isCutOff) {
      await ctx.log(
        'warn',
        'The model was stopped, most often by its length limit; the answer ends early.',
      );
    }
    const { sources, invented } = checkCitations(text.draft, shown.list(), repository.paths);
    if (invented.length > 0) {
      await ctx.log(
        'warn',
        'The answer cites places that the model has not seen. They are not listed as sources; do not rely on them.',
        { invented },
      );
    }
    const files = new Set(sources.map(({ path }) => path)).size;
    await ctx.status(
      'answer_ready',
      sources.length === 0
        ? 'The answer is ready; it cites no source.'
        : `The answer is ready; it cites ${count(sources.length, 'location')} in ${count(files, 'file')}.`,
    );
    return { answer: text.draft, model: model.name, ...spent, sources, isCutOff };
  });
}

/**
 * Adds the lines that a search showed to the model, because it may cite them.
 * @param output the output of `search_text`.
 * @param paths all files of the repository.
 */
export function addHits(output: string, paths: ReadonlySet<string>, shown: Sources): void {
  for (const hit of output.split('\n')) {
    const { path, line } = readHit(hit) ?? {};
    if (path !== undefined && line !== undefined && paths.has(path)) {
      shown.add({ path, from: line, to: line });
    }
  }
}

/** Splits `path:line: text`; the path itself may contain colons. */
function readHit(hit: string): { path: string; line: number } | null {
  for (let colon = hit.indexOf(':', 1); colon !== -1; colon = hit.indexOf(':', colon + 1)) {
    const end = hit.indexOf(':', colon + 1);
    if (end === -1) return null;
    const digits = hit.slice(colon + 1, end);
    if (hit.charAt(end + 1) === ' ' && /^\d{1,7}$/.test(digits)) {
      return { path: hit.slice(0, colon), line: Number(digits) };
    }
  }
  return null;
}
