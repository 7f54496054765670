import type { ChatMessage } from './chat-request.ts';

/**
 * The rule of the API that is easiest to break: every tool call is answered, by id, right after the message that made it,
 * and nothing else is. Returns what is wrong, or nothing.
 */
export function unansweredToolCalls(
  messages: readonly ChatMessage[],
): { message: string; param: string } | undefined {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`;
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) {
        return {
          message: `Invalid '${param}': a message with role 'tool' must answer a tool call of the message before it; '${message.tool_call_id}' was not asked.`,
          param,
        };
      }
      continue;
    }
    if (open.size > 0) return missing(open, index);
    open = new Set(message.role === 'assistant' ? message.tool_calls?.map((call) => call.id) : []);
  }
  return open.size > 0 ? missing(open, messages.length) : undefined;
}

function missing(ids: ReadonlySet<string>, index: number): { message: string; param: string } {
  const param = `messages[${index}]`;
  return {
    message: `Invalid '${param}': an assistant message with 'tool_calls' must be followed by tool messages that answer each one. Not answered: ${[...ids].join(', ')}.`,
    param,
  };
}
