import type { Usage } from '@runtape/events';
import type OpenAI from 'openai';
import type { ToolOffer } from '../tools/tool-box.ts';
import { chunkSchema } from './chunk.ts';
import { type ToolCall, ToolCallCollector } from './collect-tool-calls.ts';
import type { Model } from './model-client.ts';
import { badResponse, modelFailure } from './model-failure.ts';
import { SilenceLimit } from './silence-limit.ts';
import { WholeCharacters } from './whole-characters.ts';

export interface RoundRequest {
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
  /** None for a conversation in which nothing may be called. */
  readonly tools: readonly ToolOffer[];
  /** False makes the model write instead of calling tools. */
  readonly mayCallTools: boolean;
  readonly signal: AbortSignal;
  /** Gets the text as it arrives, in whole characters; the stream waits for it. */
  readonly onText: (text: string) => Promise<void>;
}

/** What the model answered once. */
export interface RoundAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string;
  /** `null` when the endpoint does not tell. */
  readonly usage: Usage | null;
  readonly refusal: string;
}

/**
 * Asks the model once and streams its answer.
 * @throws the signal's reason once it aborts, which also ends the HTTP request; otherwise a `FatalError` or `RetryableError`.
 */
export async function streamRound(model: Model, request: RoundRequest): Promise<RoundAnswer> {
  const { signal } = request;
  const silence = new SilenceLimit(model.silenceMs);
  try {
    return await readAnswer(model, request, silence);
  } catch (error) {
    signal.throwIfAborted();
    throw modelFailure(error, model);
  } finally {
    silence.pause();
  }
}

/** What the model asked the tools for, as the conversation has it. */
export function askedMessage({
  text,
  toolCalls,
}: RoundAnswer): OpenAI.ChatCompletionAssistantMessageParam {
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

async function readAnswer(
  model: Model,
  request: RoundRequest,
  silence: SilenceLimit,
): Promise<RoundAnswer> {
  const signal = AbortSignal.any([request.signal, silence.signal]);
  silence.watch();
  const stream = await model.client.chat.completions.create(toParams(model, request), { signal });
  const characters = new WholeCharacters();
  const calls = new ToolCallCollector();
  let text = '';
  let refusal = '';
  let finishReason: string | null = null;
  let usage: Usage | null = null;
  const say = async (said: string): Promise<void> => {
    if (said === '') return;
    text += said;
    await request.onText(said);
  };

  for await (const raw of stream) {
    silence.pause();
    const chunk = chunkSchema.parse(raw);
    const [choice] = chunk.choices;
    if (chunk.usage != null) usage = toUsage(chunk.usage);
    calls.add(choice?.delta?.tool_calls ?? []);
    refusal += choice?.delta?.refusal ?? '';
    finishReason = choice?.finish_reason ?? finishReason;
    await say(characters.take(choice?.delta?.content ?? ''));
    silence.watch();
  }
  // The SDK ends the stream quietly when it is aborted, be it by us or by silence.
  request.signal.throwIfAborted();
  if (finishReason === null) throw badResponse('broke off before its end');
  await say(characters.rest());
  return { text, toolCalls: calls.all(), finishReason, usage, refusal };
}

function toParams(
  model: Model,
  { messages, tools, mayCallTools }: RoundRequest,
): OpenAI.ChatCompletionCreateParamsStreaming {
  return {
    model: model.name,
    messages: [...messages],
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters },
      })),
      tool_choice: mayCallTools ? 'auto' : 'none',
    }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function toUsage(usage: {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}): Usage {
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    totalTokens: usage.total_tokens,
  };
}
