import OpenAI from 'openai';
import type {
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { DemoModel } from '../../src/demo-model/demo-model.ts';
import { demoModelName } from '../../src/demo-model/demo-model.ts';
import { callFolderTool, folderToolDefinitions } from './folder-tools.ts';

export const issue = `# Backoff never starts again from the bottom

After a long outage the client waits thirty seconds before **every** reconnect, even when the server came back hours ago.
I would expect \`nextDelay\` to begin at one second again once a connection has lasted.`;

/**
 * The SDK as a workflow would use it, but without its own retries, so that one call is one request.
 */
export function clientOf(demo: DemoModel, apiKey = 'any-key'): OpenAI {
  return new OpenAI({ apiKey, baseURL: demo.url, maxRetries: 0, logLevel: 'off' });
}

export function userMessages(text: string): ChatCompletionMessageParam[] {
  return [
    { role: 'system', content: 'You draft comments on issues.' },
    { role: 'user', content: text },
  ];
}

export interface Reply {
  readonly text: string;
  readonly calls: ChatCompletionMessageFunctionToolCall[];
  readonly finishReason: string | null;
  readonly usage: CompletionUsage | null;
  /** The number of pieces of content or arguments. */
  readonly pieces: number;
}

/** One streamed request, with the deltas joined by hand. */
export async function streamOnce(
  client: OpenAI,
  messages: ChatCompletionMessageParam[],
  options: { tools?: boolean; signal?: AbortSignal } = {},
): Promise<Reply> {
  const stream = await client.chat.completions.create(
    {
      model: demoModelName,
      messages,
      stream: true,
      stream_options: { include_usage: true },
      ...(options.tools === true && { tools: folderToolDefinitions }),
    },
    options.signal === undefined ? {} : { signal: options.signal },
  );
  let text = '';
  let finishReason: string | null = null;
  let usage: CompletionUsage | null = null;
  let pieces = 0;
  const calls: ChatCompletionMessageFunctionToolCall[] = [];
  for await (const chunk of stream) {
    usage = chunk.usage ?? usage;
    const [choice] = chunk.choices;
    if (choice === undefined) continue;
    finishReason = choice.finish_reason ?? finishReason;
    if (choice.delta.content) {
      text += choice.delta.content;
      pieces += 1;
    }
    for (const { index, id, function: called } of choice.delta.tool_calls ?? []) {
      const call = (calls[index] ??= {
        id: id ?? '',
        type: 'function',
        function: { name: '', arguments: '' },
      });
      call.function.name += called?.name ?? '';
      call.function.arguments += called?.arguments ?? '';
      pieces += 1;
    }
  }
  return { text, calls, finishReason, usage, pieces };
}

/**
 * A whole conversation about a folder: streamed requests and real tool calls until a draft.
 */
export async function runConversation(
  client: OpenAI,
  root: string,
  text: string,
): Promise<{ draft: string; rounds: ChatCompletionMessageFunctionToolCall[][] }> {
  const messages = userMessages(text);
  const rounds: ChatCompletionMessageFunctionToolCall[][] = [];
  for (;;) {
    const reply = await streamOnce(client, messages, { tools: true });
    if (reply.finishReason !== 'tool_calls') return { draft: reply.text, rounds };
    rounds.push(reply.calls);
    messages.push({ role: 'assistant', tool_calls: reply.calls });
    for (const call of reply.calls) {
      const content = await callFolderTool(root, call.function.name, call.function.arguments);
      messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
}
