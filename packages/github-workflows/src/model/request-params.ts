import type OpenAI from 'openai';
import type { Model } from './model-client.ts';
import type { RequestShape } from './request-shape.ts';
import type { RoundRequest } from './stream-round.ts';

type Message = OpenAI.ChatCompletionMessageParam;
type UserContent = OpenAI.ChatCompletionUserMessageParam['content'];

/** The default output limit for endpoints that require one. */
const DEFAULT_OUTPUT_TOKENS = 8_192;
/** The fields that the OpenAI protocol defines for an assistant message and its tool calls. */
const MESSAGE_FIELDS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'tool_calls',
  'refusal',
  'name',
]);
const CALL_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'function']);

/** Builds the request in the shape that this endpoint accepts. */
export function requestParams(
  model: Model,
  { messages, tools, mayCallTools }: RoundRequest,
  shape: RequestShape,
): OpenAI.ChatCompletionCreateParamsStreaming {
  const describesTools = tools.length > 0 && (mayCallTools || shape.keepsTools);
  const written = shape.extraFields ? messages : messages.map(withoutExtra);
  return {
    model: model.name,
    messages: shape.systemRole ? [...written] : withoutSystem(written),
    ...(describesTools && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters },
      })),
      ...(shape.toolChoice && { tool_choice: mayCallTools ? 'auto' : 'none' }),
    }),
    ...(shape.outputLimit !== null && {
      [shape.outputLimit]: model.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS,
    }),
    stream: true,
    ...(shape.streamOptions && { stream_options: { include_usage: true } }),
  };
}

function withoutExtra(message: Message): Message {
  if (message.role !== 'assistant') return message;
  const known = Object.entries(message).filter(([name]) => MESSAGE_FIELDS.has(name));
  return Object.assign({ role: message.role }, Object.fromEntries(known), {
    ...(message.tool_calls !== undefined && {
      tool_calls: message.tool_calls.map((call) => ({
        ...call,
        ...Object.fromEntries(
          Object.keys(call)
            .filter((name) => !CALL_FIELDS.has(name))
            .map((name) => [name, undefined]),
        ),
      })),
    }),
  });
}

/**
 * Moves system messages to the start of the next user message, for endpoints without a system role.
 * Those that no user message follows go to the end of the last one, or become a message of their
 * own after an assistant or tool message.
 */
function withoutSystem(messages: readonly Message[]): Message[] {
  const instructions: UserContent[] = [];
  const rest: Message[] = [];
  for (const message of messages) {
    if (message.role === 'system') {
      instructions.push(message.content);
    } else if (message.role === 'user') {
      rest.push({
        ...message,
        content: joinContents([...instructions.splice(0), message.content]),
      });
    } else {
      rest.push(message);
    }
  }
  if (instructions.length === 0) return rest;
  const last = rest.at(-1);
  // Endpoints without a system role often reject two user messages in a row.
  if (last?.role !== 'user')
    return [...rest, { role: 'user', content: joinContents(instructions) }];
  return [
    ...rest.slice(0, -1),
    { ...last, content: joinContents([last.content, ...instructions]) },
  ];
}

function joinContents(contents: readonly UserContent[]): UserContent {
  const texts = contents.filter((content) => typeof content === 'string');
  if (texts.length === contents.length) return texts.join('\n\n');
  return contents.flatMap((content) =>
    typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content,
  );
}
