import type { Spent, WorkflowContext } from '@runtape/engine';
import { addUsage } from '@runtape/events';
import type OpenAI from 'openai';
import { callTools } from './call-tools.ts';
import { fatal } from './failures.ts';
import type { ToolCall } from './model/collect-tool-calls.ts';
import type { RoundEnd } from './model/draft-text.ts';
import { type MeteredAnswer, meteredRound, type Spender } from './model/metered-round.ts';
import type { Model } from './model/model-client.ts';
import { badResponse } from './model/model-failure.ts';
import { askedMessage, type RoundAnswer } from './model/stream-round.ts';
import type { Repository } from './repository/repository.ts';
import type { Sources } from './sources.ts';
import { ToolBox } from './tools/tool-box.ts';

const LIMITS = { rounds: 12, toolChars: 250_000 };
const REFUSAL =
  'The model refused to write about this issue. Nothing was posted. Try another model.';

/** Where the model's text goes as it arrives. */
interface TextSink {
  begin(round: { mayCallTools: boolean }): void;
  add(text: string): Promise<void>;
  end(round: RoundEnd): Promise<void>;
  /** The round broke off: what there is now may be all there will ever be. */
  breakOff(): Promise<void>;
  /** What earlier rounds wrote of the answer. */
  readonly draft: string;
}

interface ConverseRequest {
  readonly spender: Spender;
  readonly model: Model;
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
  readonly repository: Repository;
  /** Remembers what the model was shown. */
  readonly sources: Sources;
  /** Default: what the model writes on its way is not shown. */
  readonly text?: TextSink | undefined;
  readonly agentId?: string | undefined;
  /** Hears of calls before they are answered. Default: nobody does. */
  readonly onCalls?: ((calls: readonly ToolCall[]) => Promise<void>) | undefined;
  /** Hears what a call brought. Default: nobody does. */
  readonly onResult?: ((call: ToolCall, output: string) => void) | undefined;
  /** After so many rounds, or so many characters read, the model has to write. Default: 12 and 250,000. */
  readonly limits?: ConverseLimits | undefined;
  /** What a person is told when the model refuses. Default: about an issue. */
  readonly refusal?: string | undefined;
}

interface ConverseLimits {
  readonly rounds: number;
  readonly toolChars: number;
}

interface Conversed {
  /** The last answer: the one that calls nothing. */
  readonly answer: RoundAnswer;
  /** What all rounds took. */
  readonly spent: Spent;
}

/** Lets a model look into a repository with the tools until it writes its answer, and emits every call. */
export async function converse(ctx: WorkflowContext, request: ConverseRequest): Promise<Conversed> {
  const { spender, model, repository, sources, text = UNSEEN, agentId, onCalls } = request;
  const { limits = LIMITS } = request;
  const toolBox = new ToolBox();
  const messages = [...request.messages];
  let spent: Spent = { usage: null, cost: 0 };
  let toolChars = 0;
  for (let round = 1; ; round += 1) {
    const mayCallTools = round < limits.rounds && toolChars < limits.toolChars;
    text.begin({ mayCallTools });
    const answer = await meteredRound(spender, model, {
      messages,
      tools: toolBox.offers,
      mayCallTools,
      signal: ctx.signal,
      onText: (piece) => text.add(piece),
    }).catch(async (error: unknown) => {
      if (!ctx.signal.aborted) await text.breakOff();
      throw error;
    });
    spent = sum(spent, answer);
    const callsTools = mayCallTools && answer.toolCalls.length > 0;
    refuseUnusable(answer, { callsTools, draft: text.draft, refusal: request.refusal });
    await text.end({ callsTools, ...answer });
    if (!callsTools) return { answer, spent };
    await onCalls?.(answer.toolCalls);
    messages.push(askedMessage(answer));
    const results = await callTools(ctx, {
      calls: answer.toolCalls,
      round,
      toolBox,
      repository,
      sources,
      agentId,
    });
    for (const [index, { content }] of results.entries()) {
      toolChars += content.length;
      const call = answer.toolCalls[index];
      if (call !== undefined) request.onResult?.(call, content);
    }
    messages.push(...results);
  }
}

/**
 * Refuses an answer that nothing can be made of.
 * @throws FatalError `model_refused`, RetryableError `model_bad_response`.
 */
export function refuseUnusable(
  answer: RoundAnswer,
  { callsTools, draft, refusal = REFUSAL }: Usability,
): void {
  if (answer.refusal !== '' || answer.finishReason === 'content_filter') {
    throw fatal('model_refused', refusal);
  }
  if (!callsTools && `${draft}${answer.text}`.trim() === '') throw badResponse('was empty');
}

interface Usability {
  readonly callsTools: boolean;
  /** What earlier rounds wrote. */
  readonly draft: string;
  readonly refusal?: string | undefined;
}

function sum(before: Spent, { spent: { usage, cost } }: MeteredAnswer): Spent {
  return {
    usage: addUsage(before.usage, usage),
    cost: before.cost === null || cost === null ? null : before.cost + cost,
  };
}

const UNSEEN: TextSink = {
  begin: () => undefined,
  add: async () => undefined,
  end: async () => undefined,
  breakOff: async () => undefined,
  draft: '',
};
