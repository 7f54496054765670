import { type ChatRequest, messageText } from './chat-request.ts';

/** An answer of the model: a text, or tool calls. */
export type Answer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool_calls'; readonly calls: readonly AnswerToolCall[] };

export interface AnswerToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** One streamed piece of an answer, in OpenAI's shape. */
export interface Delta {
  content?: string;
  tool_calls?: [
    {
      index: number;
      id?: string;
      type?: 'function';
      function: { name?: string; arguments: string };
    },
  ];
}

/** An answer to send; streamed or not, it consists of the same deltas. */
export interface Completion {
  readonly id: string;
  /** In seconds since 1970, as in OpenAI's API. */
  readonly created: number;
  readonly model: string;
  readonly deltas: readonly Delta[];
  readonly finishReason: 'stop' | 'tool_calls' | 'length';
  readonly usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** The tokens of a message besides its text: its role and separators. */
const TOKENS_PER_MESSAGE = 4;

/** Converts an answer to deltas, finish reason and usage. */
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
          // Unique within the conversation, without a clock or a random source.
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
    return TOKENS_PER_MESSAGE + splitTokens([messageText(message), ...called].join(' ')).length;
  });
  const tools = request.tools.length === 0 ? 0 : splitTokens(JSON.stringify(request.tools)).length;
  return tools + messages.reduce((sum, count) => sum + count, 0);
}

/** A word with its leading space, a run of other signs with theirs, or white space. */
const TOKEN_PATTERN = / ?[\p{L}\p{M}\p{N}_]+| ?[^\s\p{L}\p{M}\p{N}_]+|\s+/gu;

/** Longer words are split, as in real models, where a token has about four characters. */
const MAX_WHOLE = 11;
const PIECE_LENGTH = 5;

/** Splits text into pieces as a language model would stream them; joined, they are the text. */
export function splitTokens(text: string): string[] {
  return (text.match(TOKEN_PATTERN) ?? []).flatMap((word) => {
    // By code points, so that a surrogate pair stays whole.
    const characters = Array.from(word);
    if (characters.length <= MAX_WHOLE) return [word];
    const pieces: string[] = [];
    for (let start = 0; start < characters.length; start += PIECE_LENGTH) {
      pieces.push(characters.slice(start, start + PIECE_LENGTH).join(''));
    }
    return pieces;
  });
}
