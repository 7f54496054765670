import type { WorkflowContext } from '@runtape/engine';
import { addUsage, commentOnIssueResultSchema, type Usage } from '@runtape/events';
import type OpenAI from 'openai';
import { z } from 'zod';
import { callTools } from './call-tools.ts';
import { fatal } from './failures.ts';
import type { Issue } from './issue/issue.ts';
import { DraftText } from './model/draft-text.ts';
import type { Model } from './model/model-client.ts';
import { badResponse } from './model/model-failure.ts';
import { costOf } from './model/prices.ts';
import { type RoundAnswer, streamRound } from './model/stream-round.ts';
import { openingMessages } from './prompt.ts';
import type { Repository } from './repository/repository.ts';
import { Sources } from './sources.ts';
import { ToolBox } from './tools/tool-box.ts';

/** After so many rounds, or so much read, the model has to write. */
const MAX_ROUNDS = 12;
const MAX_TOOL_CHARS = 250_000;

export const draftSchema = z.object({
  ...commentOnIssueResultSchema.pick({
    comment: true,
    model: true,
    usage: true,
    cost: true,
    sources: true,
  }).shape,
  /** True when the model was stopped by the limit of its length. */
  isCutOff: z.boolean(),
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
  const toolBox = new ToolBox();
  const sources = new Sources();
  const text = new DraftText((event) => ctx.emit(event));
  const messages = openingMessages(issue);
  const spent = new Spending(model);
  let toolChars = 0;

  for (let round = 1; ; round += 1) {
    const mayCallTools = round < MAX_ROUNDS && toolChars < MAX_TOOL_CHARS;
    text.begin({ mayCallTools });
    const answer = await streamRound(model, {
      messages,
      tools: toolBox.offers,
      mayCallTools,
      signal: ctx.signal,
      onText: (piece) => text.add(piece),
    });
    await ctx.spend(spent.add(answer.usage));
    const callsTools = mayCallTools && answer.toolCalls.length > 0;
    refuseUnusable(answer, { callsTools, draft: text.draft });
    await text.end({ callsTools, ...answer });
    if (!callsTools) {
      const isCutOff = answer.finishReason === 'length';
      if (isCutOff)
        await ctx.log('warn', 'The model reached its length limit; the draft ends early.');
      return {
        comment: text.draft,
        model: model.name,
        ...spent.total,
        sources: sources.list(),
        isCutOff,
      };
    }
    messages.push(asked(answer));
    const results = await callTools(ctx, {
      calls: answer.toolCalls,
      round,
      toolBox,
      repository,
      sources,
    });
    toolChars += results.reduce((sum, { content }) => sum + content.length, 0);
    messages.push(...results);
  }
}

/** Adds up what the rounds cost. A cost that is not known makes the sum unknown. */
class Spending {
  total: { usage: Usage | null; cost: number | null } = { usage: null, cost: 0 };
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  add(usage: Usage | null): { usage: Usage | null; cost: number | null } {
    const cost = costOf(this.#model.name, usage, this.#model.prices);
    this.total = {
      usage: addUsage(this.total.usage, usage),
      cost: this.total.cost === null || cost === null ? null : this.total.cost + cost,
    };
    return { usage, cost };
  }
}

function refuseUnusable(
  answer: RoundAnswer,
  { callsTools, draft }: { callsTools: boolean; draft: string },
): void {
  if (answer.refusal !== '' || answer.finishReason === 'content_filter') {
    throw fatal(
      'model_refused',
      'The model refused to write about this issue. Nothing was posted. Try another model.',
    );
  }
  if (!callsTools && `${draft}${answer.text}`.trim() === '') throw badResponse('was empty');
}

function asked({ text, toolCalls }: RoundAnswer): OpenAI.ChatCompletionMessageParam {
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: toolCalls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: call.arguments },
    })),
  };
}
