import type { ChatRequest } from './chat-request.ts';
import { messageText } from './chat-request.ts';
import { splitTokens } from './tokens.ts';

/** What the model decided to say: a text, or the tools it wants to be called. */
export type Answer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool_calls'; readonly calls: readonly AnswerToolCall[] };

export interface AnswerToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

interface ToolCallDelta {
  index: number;
  id?: string;
  type?: 'function';
  function: { name?: string; arguments: string };
}

/** One streamed piece of an answer, in OpenAI's shape. */
export interface Delta {
  content?: string;
  tool_calls?: [ToolCallDelta];
}

interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

/** An answer as it will be sent; streamed or whole, both are made of the same deltas. */
export interface Completion {
  readonly id: string;
  /** Seconds since 1970, as OpenAI has it. */
  readonly created: number;
  readonly model: string;
  readonly deltas: readonly Delta[];
  readonly finishReason: 'stop' | 'tool_calls' | 'length';
  readonly usage: Usage;
}

/** What each message costs beyond its words: role and separators. */
const tokensPerMessage = 4;

/** Turns an answer into the deltas, the finish reason and the usage that go over the wire. */
export function completion(
  request: ChatRequest,
  answer: Answer,
  identity: { readonly id: string; readonly created: number },
): Completion {
  const all = answer.kind === 'text' ? textDeltas(answer.text) : callDeltas(request, answer.calls);
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  const deltas = all.slice(0, limit);
  const prompt = promptTokens(request);
  return {
    ...identity,
    model: request.model,
    deltas,
    finishReason:
      deltas.length < all.length ? 'length' : answer.kind === 'text' ? 'stop' : 'tool_calls',
    usage: {
      prompt_tokens: prompt,
      completion_tokens: deltas.length,
      total_tokens: prompt + deltas.length,
    },
  };
}

function textDeltas(text: string): Delta[] {
  return splitTokens(text).map((token) => ({ content: token }));
}

function callDeltas(request: ChatRequest, calls: readonly AnswerToolCall[]): Delta[] {
  return calls.flatMap((call, index): Delta[] => [
    {
      tool_calls: [
        {
          index,
          // The place in the conversation makes the id unique within it, without a clock or a random source.
          id: `call_demo_${request.messages.length}_${index}`,
          type: 'function',
          function: { name: call.name, arguments: '' },
        },
      ],
    },
    ...splitTokens(JSON.stringify(call.arguments)).map((token): Delta => ({
      tool_calls: [{ index, function: { arguments: token } }],
    })),
  ]);
}

function promptTokens(request: ChatRequest): number {
  const messages = request.messages.map((message) => {
    const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
    const called = calls.map((call) => call.function.name + call.function.arguments);
    return tokensPerMessage + splitTokens([messageText(message), ...called].join(' ')).length;
  });
  const tools = request.tools.length === 0 ? 0 : splitTokens(JSON.stringify(request.tools)).length;
  return tools + messages.reduce((sum, count) => sum + count, 0);
}
