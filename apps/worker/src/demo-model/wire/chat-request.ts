import { z } from 'zod';

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const content = z.union([z.string(), z.array(textPart)], {
  error: 'must be a string or a list of text parts; the demo model reads text only',
});

const toolCall = z.object({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const chatMessage = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content }),
  z.object({ role: z.literal('user'), content }),
  z.object({
    role: z.literal('assistant'),
    content: content.nullish(),
    tool_calls: z.array(toolCall).nullish(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content }),
]);

const tool = z.object({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string().min(1) }),
});

/** The fields of a request that the demo model uses; all others are ignored. */
export const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(chatMessage).min(1),
  tools: z.array(tool).default([]),
  tool_choice: z
    .enum(['auto', 'none'], { error: "must be 'auto' or 'none'; the demo model chooses by itself" })
    .default('auto'),
  parallel_tool_calls: z.boolean().default(true),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  n: z.literal(1, { error: 'must be 1; the demo model gives one answer' }).nullish(),
  response_format: z
    .looseObject({
      type: z.literal('text', {
        error: "must be 'text'; the demo model writes Markdown, not JSON",
      }),
    })
    .nullish(),
});

export type ChatRequest = z.infer<typeof chatRequestSchema>;
export type ChatMessage = ChatRequest['messages'][number];

/** The text of a message in any of its forms. */
export function messageText(message: ChatMessage): string {
  const { content: sent } = message;
  if (sent === null || sent === undefined) return '';
  return typeof sent === 'string' ? sent : sent.map((part) => part.text).join('\n');
}

/** The text of all user messages, or of all instructions. */
export function textOf({ messages }: ChatRequest, from: 'user' | 'instructions'): string {
  return messages
    .filter(({ role }) =>
      from === 'user' ? role === 'user' : role === 'system' || role === 'developer',
    )
    .map(messageText)
    .join('\n\n');
}

/** The first problem of a request body as a message, and the affected field. */
export function describeInvalid(error: z.ZodError): { message: string; param: string | null } {
  const [issue] = error.issues;
  if (issue === undefined) return { message: 'The request body is not valid.', param: null };
  const param = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return param === ''
    ? { message: `The request body is not valid: ${issue.message}`, param: null }
    : { message: `Invalid '${param}': ${issue.message}`, param };
}

/**
 * Checks the API rule that is easiest to break: the results of all tool calls, identified by id,
 * follow directly after the message that made the calls, and there are no other results.
 */
export function unansweredToolCalls(
  messages: readonly ChatMessage[],
): { message: string; param: string } | undefined {
  let open = new Set<string>();
  for (const [index, message] of [...messages, null].entries()) {
    if (message?.role === 'tool') {
      if (open.delete(message.tool_call_id)) continue;
      return wrongMessage(
        index,
        `a message with role 'tool' must answer a tool call of the message before it; no call has the id '${message.tool_call_id}'.`,
      );
    }
    if (open.size > 0) {
      return wrongMessage(
        index,
        `an assistant message with 'tool_calls' must be followed by tool messages that answer each one. Not answered: ${[...open].join(', ')}.`,
      );
    }
    open = new Set(message?.role === 'assistant' ? message.tool_calls?.map(({ id }) => id) : []);
  }
  return undefined;
}

function wrongMessage(index: number, why: string): { message: string; param: string } {
  const param = `messages[${index}]`;
  return { message: `Invalid '${param}': ${why}`, param };
}
