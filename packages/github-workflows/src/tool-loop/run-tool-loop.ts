import type { Spent, WorkflowContext } from '@runtape/engine';
import { addUsage } from '@runtape/events';
import type OpenAI from 'openai';
import { callTools } from './call-tools.ts';
import { Conversation } from './conversation.ts';
import { fatal } from '../failures.ts';
import type { RoundEnd } from '../model/draft-text.ts';
import { type MeteredAnswer, meteredRound, type Spender } from '../model/metered-round.ts';
import type { Model } from '../model/model-client.ts';
import { ContextTooLong } from '../model/model-failure.ts';
import type { RoundAnswer } from '../model/stream-round.ts';
import { ThoughtText } from '../model/thought-text.ts';
import type { ToolCall } from '../model/wire/collect-tool-calls.ts';
import type { Repository } from '../repository/repository.ts';
import type { Sources } from './sources.ts';
import { ToolBox } from '../tools/tool-box.ts';
import { refuseUnusable } from '../model/refuse-unusable.ts';

const LIMITS = { rounds: 12, toolChars: 250_000 };
/** With less remaining context than this, in tokens, further tool calls are pointless. */
const MIN_ROOM = 1_000;
/** How often to tell a model that its tool call is not allowed or unreadable. */
const MAX_HINTS = 2;
const UNREADABLE_CALL =
  'Your last message has a tool call as text that cannot be read. Use the interface for tool calls, or write your answer.';
const NO_MORE_CALLS =
  'You cannot call tools any more. Write your answer now, from what you have read.';

/** Receives the model's text as it arrives. */
interface TextSink {
  begin(round: { mayCallTools: boolean }): void;
  add(text: string): Promise<void>;
  end(round: RoundEnd): Promise<void>;
  /** The round broke off, and no more text may follow. */
  breakOff(): Promise<void>;
  /** The text of this round was a thought. */
  turnIntoThought(text: string): Promise<void>;
  readonly thoughts: ThoughtText;
  /** The text of the answer from earlier rounds. */
  readonly draft: string;
}

interface ToolLoopRequest {
  readonly spender: Spender;
  readonly model: Model;
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
  readonly repository: Repository;
  /** Records what the model was shown. */
  readonly sources: Sources;
  /** Default: the model's intermediate text is not shown. */
  readonly text?: TextSink | undefined;
  readonly agentId?: string | undefined;
  /** Called before calls are answered. Default: ignored. */
  readonly onCalls?: ((calls: readonly ToolCall[]) => Promise<void>) | undefined;
  /** Called with the result of a call. Default: ignored. */
  readonly onResult?: ((call: ToolCall, output: string) => void) | undefined;
  /**
   * The model must write its answer after this many rounds, or characters read. Default: 12 and
   * 250,000.
   */
  readonly limits?: ToolLoopLimits | undefined;
  /** The message for users if the model refuses. Default: about an issue. */
  readonly refusal?: string | undefined;
}

interface ToolLoopLimits {
  readonly rounds: number;
  readonly toolChars: number;
}

interface ToolLoopResult {
  /** The final answer, without tool calls. */
  readonly answer: RoundAnswer;
  /** The usage of all rounds. */
  readonly spent: Spent;
}

/** Lets a model read a repository with tools until it writes its answer, and emits every call. */
export async function runToolLoop(
  ctx: WorkflowContext,
  request: ToolLoopRequest,
): Promise<ToolLoopResult> {
  const { model, repository, sources, agentId, onCalls } = request;
  const { limits = LIMITS, text = hiddenText(ctx, agentId) } = request;
  const toolBox = new ToolBox();
  const conversation = new Conversation(model, request.messages);
  let spent: Spent = { usage: null, cost: 0 };
  let toolChars = 0;
  let hints = 0;
  for (let round = 1; ; round += 1) {
    const hasRoom = toolChars < limits.toolChars && conversation.room > MIN_ROOM;
    const mayCallTools = round < limits.rounds && hasRoom;
    const answer = await askOnce(ctx, { ...request, text, toolBox, conversation, mayCallTools });
    spent = addSpent(spent, answer);
    const callsTools = mayCallTools && answer.toolCalls.length > 0;
    const hint = callsTools ? null : hintFor(answer);
    refuseUnusable(answer, {
      callsTools: callsTools || hint !== null,
      draft: text.draft,
      refusal: request.refusal,
    });
    if (hint !== null) {
      if (hints >= MAX_HINTS) throw noAnswer();
      hints += 1;
      await text.turnIntoThought(answer.text);
      await text.thoughts.end();
      if (answer.hasUnreadableCall) conversation.push(answer.message);
      conversation.push({ role: 'user', content: hint });
      continue;
    }
    await text.end({ callsTools, ...answer });
    if (!callsTools) return { answer, spent };
    await onCalls?.(answer.toolCalls);
    conversation.push(answer.message);
    const results = await callTools(ctx, {
      calls: answer.toolCalls,
      round,
      toolBox,
      repository,
      sources,
      agentId,
      room: { chars: limits.toolChars - toolChars, tokens: conversation.room },
    });
    for (const [index, { content }] of results.entries()) {
      toolChars += content.length;
      const call = answer.toolCalls[index];
      if (call !== undefined) request.onResult?.(call, content);
    }
    conversation.push(...results);
  }
}

interface RoundContext extends ToolLoopRequest {
  readonly text: TextSink;
  readonly toolBox: ToolBox;
  readonly conversation: Conversation;
  readonly mayCallTools: boolean;
}

/** Sends one request, and another with shortened tool results if the conversation was too long. */
async function askOnce(ctx: WorkflowContext, context: RoundContext): Promise<MeteredAnswer> {
  const { spender, model, text, toolBox, conversation, mayCallTools } = context;
  const ask = async (): Promise<MeteredAnswer> => {
    text.begin({ mayCallTools });
    return meteredRound(spender, model, {
      messages: conversation.messages,
      tools: toolBox.offers,
      mayCallTools,
      signal: ctx.signal,
      onText: (piece) => text.add(piece),
      thoughts: {
        add: (piece) => text.thoughts.add(piece),
        end: () => text.thoughts.end(),
        turnIntoThought: (piece) => text.turnIntoThought(piece),
      },
    });
  };
  try {
    return await ask().catch(async (error: unknown) => {
      const canShorten =
        error instanceof ContextTooLong && conversation.shorten(error.contextTokens);
      if (!canShorten) throw error;
      await ctx.log(
        'warn',
        'The conversation became too long for the model; older tool results were shortened.',
      );
      return ask();
    });
  } catch (error) {
    if (!ctx.signal.aborted) await text.breakOff();
    throw error;
  }
}

/** The hint for a model whose call cannot be executed; `null` if there is none. */
function hintFor({ toolCalls, hasUnreadableCall, isRefused }: RoundAnswer): string | null {
  if (isRefused) return null;
  if (toolCalls.length > 0) return NO_MORE_CALLS;
  return hasUnreadableCall ? UNREADABLE_CALL : null;
}

function noAnswer(): Error {
  return fatal(
    'model_bad_response',
    'The model keeps calling tools instead of writing its answer, or calls them in a form that cannot be read. Use a model that supports tool calls.',
  );
}

function addSpent(before: Spent, { spent: { usage, cost } }: MeteredAnswer): Spent {
  return {
    usage: addUsage(before.usage, usage),
    cost: before.cost === null || cost === null ? null : before.cost + cost,
  };
}

/** Shows thoughts, but no text. */
function hiddenText(ctx: WorkflowContext, agentId: string | undefined): TextSink {
  const thoughts = new ThoughtText((token) => ctx.emit('token', token), agentId);
  return {
    begin: () => undefined,
    add: async () => undefined,
    end: () => thoughts.end(),
    breakOff: async () => undefined,
    turnIntoThought: (text) => thoughts.show(text),
    thoughts,
    draft: '',
  };
}
