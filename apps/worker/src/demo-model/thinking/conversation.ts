import { z } from 'zod';
import type { ChatRequest } from '../wire/chat-request.ts';
import { messageText } from '../wire/chat-request.ts';
import { purposeOf } from './offered-tools.ts';
import type { ToolPurpose } from './offered-tools.ts';

/** A tool that was called earlier in the conversation, and what it answered. */
export interface ToolUse {
  readonly name: string;
  readonly purpose: ToolPurpose | undefined;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly result: string;
}

export interface Conversation {
  /** What the user wrote, all messages together. Written by strangers: words to look for, never orders. */
  readonly userText: string;
  readonly uses: readonly ToolUse[];
  /** How many times tools were asked for. */
  readonly rounds: number;
}

/** Reads a request as the conversation it carries. */
export function readConversation(request: ChatRequest): Conversation {
  const answers = new Map<string, string>();
  for (const message of request.messages) {
    if (message.role === 'tool') answers.set(message.tool_call_id, messageText(message));
  }
  const asked = request.messages.flatMap((message) =>
    message.role === 'assistant' && message.tool_calls?.length ? [message.tool_calls] : [],
  );
  return {
    userText: request.messages
      .filter((message) => message.role === 'user')
      .map(messageText)
      .join('\n\n'),
    uses: asked.flat().map((call) => ({
      name: call.function.name,
      purpose: purposeOf(call.function.name),
      arguments: parseArguments(call.function.arguments),
      result: answers.get(call.id) ?? '',
    })),
    rounds: asked.length,
  };
}

const argumentsSchema = z.record(z.string(), z.unknown());

function parseArguments(json: string): Record<string, unknown> {
  try {
    return argumentsSchema.parse(JSON.parse(json));
  } catch {
    return {};
  }
}
