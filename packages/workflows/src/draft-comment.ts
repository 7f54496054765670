import type { WorkflowContext } from '@runtape/engine';
import { commentOnIssueResultSchema } from '@runtape/events';
import { z } from 'zod';
import { converse } from './converse.ts';
import type { Issue } from './issue/issue.ts';
import { DraftText } from './model/draft-text.ts';
import type { Model } from './model/model-client.ts';
import { openingMessages } from './prompt.ts';
import type { Repository } from './repository/repository.ts';
import { Sources } from './sources.ts';

export const draftSchema = z.object({
  ...commentOnIssueResultSchema.pick({
    comment: true,
    model: true,
    usage: true,
    cost: true,
    sources: true,
    isCutOff: true,
  }).shape,
});

export type Draft = z.infer<typeof draftSchema>;

export interface DraftRequest {
  readonly model: Model;
  readonly repository: Repository;
  readonly issue: Issue;
}

/** Lets the model look into the repository and write the comment, and emits everything it does as it does it. */
export async function draftComment(
  ctx: WorkflowContext,
  { model, repository, issue }: DraftRequest,
): Promise<Draft> {
  const text = new DraftText((event) => ctx.emit(event));
  const sources = new Sources();
  const { answer, spent } = await converse(ctx, {
    spender: ctx,
    model,
    messages: openingMessages(issue),
    repository,
    sources,
    text,
  });
  const isCutOff = answer.isCut;
  if (isCutOff)
    await ctx.log(
      'warn',
      'The model was stopped, most often by its length limit; the draft ends early.',
    );
  return {
    comment: text.draft,
    model: model.name,
    ...spent,
    sources: sources.list(),
    isCutOff,
  };
}
